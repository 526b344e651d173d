"""The only ways to change a case; each is one transaction, and what it refuses is in the audit."""
