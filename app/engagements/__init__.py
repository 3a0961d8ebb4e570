"""Under what agreement a project is served, and by whom."""
