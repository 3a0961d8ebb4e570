"""The timeline: everything that happened to a project, readable."""
