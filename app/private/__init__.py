"""The one erasable store: names, phones, ID numbers of private persons, and every free text."""
