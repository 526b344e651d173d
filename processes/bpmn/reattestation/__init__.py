"""The review of access: who leads confirms everybody else, the founder confirms who leads."""
