"""The month's forms: what each lacks, scans coming back, the batch for the center."""
