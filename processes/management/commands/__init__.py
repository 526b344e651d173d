"""Management commands of `processes`."""
