"""Archives: the forms of the agency practice, and the sealed package of a closed service file."""
