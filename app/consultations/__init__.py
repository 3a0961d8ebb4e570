"""Consultations: who met about which issues on which level, the minutes, and what was concluded."""
