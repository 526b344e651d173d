"""Wiring: settings, addresses, servers. Imported by nobody."""
