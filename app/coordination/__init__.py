"""Coordination: issues of a project on the ladder of levels, and conclusions followed to closure."""
