"""Figures, never pass or fail of a build: `make bench` compares this service with what its stack can do."""
