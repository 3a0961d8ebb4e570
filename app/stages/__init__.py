"""Moving a project from stage to stage, and what was moved so far."""
