"""Particulars of the project record: codes, external ids, lists and thresholds, work packages, transfers."""
