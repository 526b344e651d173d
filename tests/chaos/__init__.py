"""The product under faults, run by hand: `python -m tests.chaos.chaos`."""
