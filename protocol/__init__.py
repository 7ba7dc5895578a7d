"""What desk and center say to each other: schema, versions, canonical JSON, signatures. Imports neither of them."""
