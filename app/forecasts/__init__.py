"""When works are likely to start, from how long items took before."""
