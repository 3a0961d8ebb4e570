"""Twenty invented projects for a demonstration; every name, code and phone is fictional."""
