"""Administrative divisions, functional areas and their departments."""
