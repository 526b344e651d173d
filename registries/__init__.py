"""Authoritative records."""
