"""Imports and exports in other systems' formats: event logs of processes."""
