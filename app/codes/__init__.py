"""The data dictionary over HTTP."""
