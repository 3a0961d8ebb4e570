"""Putting a calendar version into force: what would move, and moving it; rules in app/domain/notices.py."""
