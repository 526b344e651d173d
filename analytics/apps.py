"""Tells Django about `analytics`."""

from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    """The application `analytics`."""

    name = "analytics"
