"""Settings: one profile per module; DJANGO_SETTINGS_MODULE names it."""
