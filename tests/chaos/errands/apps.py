"""Lets the product under faults know what the errands' automatic task does."""

import importlib

from django.apps import AppConfig


class ErrandsConfig(AppConfig):
    """The application of the errands; only the settings of the run name it."""

    name = "tests.chaos.errands"
    label = "chaos_errands"

    def ready(self) -> None:
        """Register the handler."""
        importlib.import_module("tests.chaos.errands.handlers")
