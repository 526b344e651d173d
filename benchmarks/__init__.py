"""Measurements, run by hand: `python -m benchmarks.<name>`; docs/performance.md has the results."""
