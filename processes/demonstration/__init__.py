"""Processes to practise on: the demonstration deploys them, and nothing else does."""
