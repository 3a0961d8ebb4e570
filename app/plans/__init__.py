"""Service plans: what is promised to the owner, version by version, and the baseline of it."""
