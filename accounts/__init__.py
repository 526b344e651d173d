"""People who sign in, their roles in organisations."""
