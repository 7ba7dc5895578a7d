"""The retiree's own screen: one sentence at a time, the picture with an oval, a drawn picture of what to do. Nobody's data."""
