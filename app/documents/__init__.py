"""Documents: files taken in, and the papers of a project's service file among them."""
