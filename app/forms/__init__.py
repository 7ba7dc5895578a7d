"""Facts → PDF, and scans back → facts. No Qt here."""
