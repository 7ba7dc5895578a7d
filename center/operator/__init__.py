"""The page of the center's clerk: server-rendered, in Chinese, plain forms. Everything below ``/operator``; not part of the interface."""
