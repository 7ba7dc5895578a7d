"""Appointments and home visits day by day."""
