"""The page on which a rater evaluates, and the worker that passes on what must not tell who gave it."""
