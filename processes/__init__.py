"""What the organisation does; plugs in, imported by nobody."""
