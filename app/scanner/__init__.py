"""Scanners: SANE on Linux, WIA on Windows, behind `app.services.ports.Scanners`."""
