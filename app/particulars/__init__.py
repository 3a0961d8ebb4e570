"""Particulars of the project record: codes, external ids, work packages, duplicates, transfers."""
