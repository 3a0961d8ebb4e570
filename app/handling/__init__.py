"""What the handling of bad reviews and of complaints has in common: steps taken, acts allowed, clocks."""
