"""Tells Django about `registries`."""

from django.apps import AppConfig


class RegistriesConfig(AppConfig):
    """The application `registries`."""

    name = "registries"
