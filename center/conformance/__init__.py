"""Tests a center, ours or a province's own, against the protocol from outside: only HTTP, nothing of the center's inside."""
