"""The screens, each with state, presenter (no Qt) and view."""
