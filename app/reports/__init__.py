"""Weekly and monthly reports: named, and the same for ever."""
