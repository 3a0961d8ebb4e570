"""What makes a project major: annual lists it stands on, and dated thresholds of investment."""
