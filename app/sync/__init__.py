"""Desk and center over HTTP: enrolment, push of the outbox, pull of changes."""
