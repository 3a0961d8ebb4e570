"""The ledger: what has happened, once; audit record, timeline, feed and outbox at the same time."""
