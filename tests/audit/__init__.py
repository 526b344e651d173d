"""The audit outside the database."""
