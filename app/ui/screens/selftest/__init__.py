"""The self-test: what of this computer works, in plain words, and a report for support."""
