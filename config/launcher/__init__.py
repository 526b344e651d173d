"""Starts the product from nothing; what runs before the re-exec uses the standard library alone."""
