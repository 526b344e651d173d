"""Tells Django about `web`."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The application `web`."""

    name = "web"
