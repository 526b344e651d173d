"""Tells Django about `cases`."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """The application `cases`."""

    name = "cases"
