"""Complaints: accepted, investigated and decided by others than those concerned; the complainant hidden."""
