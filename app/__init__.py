"""The desk program: find a retiree, certify them, hand out a paper, tell the center."""
