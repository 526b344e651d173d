"""Tells Django about `accounts`."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The application `accounts`."""

    name = "accounts"
