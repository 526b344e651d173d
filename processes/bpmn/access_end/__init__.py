"""The end of access: what follows when the registers give no reason for a role any more."""
