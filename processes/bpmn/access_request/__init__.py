"""The access request: grant, change or revoke access to VIIS."""
