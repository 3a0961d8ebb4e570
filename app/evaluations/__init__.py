"""Evaluations of the service by those it is rendered to; first form: named ones, by the owner."""
