"""The project record as a whole: the project, and the parts of it that the caller asks for."""
