"""Project records: what is being built, by whom, where, and where it stands in the service."""
