"""Tells Django about `engine`: its checks, and Celery's bell where a broker is configured."""

from django.apps import AppConfig
from django.conf import settings


class EngineConfig(AppConfig):
    """The application `engine`."""

    name = "engine"

    def ready(self) -> None:
        """Register the checks; ring Celery's workers if they are the ones who work."""
        from engine import checks, wake  # noqa: F401

        if getattr(settings, "CELERY_BROKER_URL", ""):
            from engine import worker

            wake.on_wake(worker.ring)
