"""What may stand as a center's address: HTTPS always; plain HTTP only to this machine, for trials."""

from urllib.parse import urlsplit

from app.errors import AppError

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def check_address(base_url: str) -> str:
    """The address without a trailing slash. AppError('sync.address')."""
    try:
        parts = urlsplit(base_url.strip())
        host = parts.hostname
        _ = parts.port
    except ValueError as error:
        raise AppError("sync.address") from error
    plain_ok = parts.scheme == "http" and host in LOOPBACK
    if not host or not (parts.scheme == "https" or plain_ok) or parts.username or parts.query:
        raise AppError("sync.address")
    return base_url.strip().rstrip("/")
