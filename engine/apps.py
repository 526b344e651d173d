"""Tells Django about `engine`."""

from django.apps import AppConfig


class EngineConfig(AppConfig):
    """The application `engine`."""

    name = "engine"
