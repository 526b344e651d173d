"""What is held of a person, told and erased."""
