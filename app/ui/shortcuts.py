"""The one table of keyboard shortcuts."""

SHORTCUTS: dict[str, str] = {
    "home": "F2",
    "find": "F3",
    "records": "F4",
    "sync": "F5",
    "settings": "F6",
    "lists": "F7",
    "forms": "F8",
    "side": "F9",
    "reports": "F10",
    "side_repeat": "F11",
    "side_pace": "F12",
    "lock": "Ctrl+L",
    "help": "F1",
}

IN_SCREEN: dict[str, str] = {"form_pass": "Ctrl+Return", "form_send_back": "Ctrl+T"}
"""Buttons that are pressed again and again in one screen."""
