"""The official working-day calendar as versioned data; rules in app/domain/calendar.py."""
