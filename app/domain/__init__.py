"""The notice as code: standard library only, no clock, no I/O; dates in, decisions out."""
