"""Calling systems, their keys, and the people behind them."""
