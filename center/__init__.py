"""The reference center: registers units and desks, hands out rosters, takes records in and signs receipts. Imports nothing of the desk."""
