"""The schedule of a plan: critical path, what-if and chart. Computed when asked, stored nowhere."""
