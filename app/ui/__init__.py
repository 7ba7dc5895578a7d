"""The window: theme, widgets, screens. Hand-written; presenters know no Qt."""
