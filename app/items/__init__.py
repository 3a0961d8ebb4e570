"""Approval items of projects as cases: acts of our operators, reports of departments, and their clocks."""
