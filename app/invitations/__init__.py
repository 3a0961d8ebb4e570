"""Inviting to evaluate: what is open to it, single-use tokens, and what an area counts by default."""
