"""A room is prepared: a process that others call."""
