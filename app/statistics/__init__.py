"""Statistics: every figure with its definition, computed as of now, or as of any moment before."""
