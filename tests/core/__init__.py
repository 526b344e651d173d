"""Diagrams, gate, decisions and the machine of the pure core."""
