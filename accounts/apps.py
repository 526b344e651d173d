"""Tells Django about `accounts`."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The application `accounts`."""

    name = "accounts"

    def ready(self) -> None:
        """Let diagrams name the roles that exist."""
        from accounts.models import Role
        from engine import profile

        profile.register_roles(Role.values)
