"""Tells Django about `processes`."""

from django.apps import AppConfig


class ProcessesConfig(AppConfig):
    """The application `processes`."""

    name = "processes"
