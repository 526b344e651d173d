"""Tells Django about the wiring: its commands, and Celery where a broker is configured."""

from django.apps import AppConfig
from django.conf import settings


class ConfigConfig(AppConfig):
    """The wiring of the product."""

    name = "config"

    def ready(self) -> None:
        """Bind Celery's tasks to our app before anything sends one."""
        if settings.CELERY_BROKER_URL:
            from config import celery  # noqa: F401
