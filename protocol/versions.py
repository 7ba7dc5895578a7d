"""Comparing versions. Standard library only: the launcher reads it before anything else is loaded."""


def version_key(version: str) -> tuple[int, ...]:
    """To compare by: 0.10 comes after 0.9, and 1.0 is 1.0.0. ValueError for what is no version."""
    parts = [int(part) for part in version.split(".")]
    while parts and parts[-1] == 0:
        parts.pop()
    return tuple(parts)
