"""What must be done today, by whom, and by which call; and who stands in for whom."""
