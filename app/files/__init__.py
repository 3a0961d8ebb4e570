"""Files: what was uploaded, or is kept in another system, with its digests."""
