"""Tells Django about `api`."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The application `api`."""

    name = "api"
