"""One process = one folder, found and not listed."""
