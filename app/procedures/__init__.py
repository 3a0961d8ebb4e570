"""Service procedures as data: drafted, checked, published in versions."""
