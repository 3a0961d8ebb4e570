"""The one page on which a supervisor sees how all projects stand."""
