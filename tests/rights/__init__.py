"""Rights that end by themselves."""
