"""The catalogue of approval items as data: versions, an area's changes, templates, and what an area lacks."""
