"""Tells Django about `exchange`."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """The application `exchange`."""

    name = "exchange"
