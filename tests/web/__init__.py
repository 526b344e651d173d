"""The pages through Django's client."""
