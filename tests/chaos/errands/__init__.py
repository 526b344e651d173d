"""Errands: a small process that begins in every way there is, and what people do to many of its cases."""
