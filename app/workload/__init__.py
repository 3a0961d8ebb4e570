"""Who carries how much, and handing over all of it."""
