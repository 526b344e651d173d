"""The addresses that mails carry; `tests/documents` holds them against the pages' own."""

from uuid import UUID

from django.conf import settings


def of_case(public_id: UUID) -> str:
    """Where a case is seen after signing in."""
    return f"{settings.BASE_URL}/lietas/{public_id}/"


def of_task(public_id: UUID) -> str:
    """Where a task is done after signing in."""
    return f"{settings.BASE_URL}/uzdevumi/{public_id}/"


def of_link(token: str) -> str:
    """Where a one-time link opens."""
    return f"{settings.BASE_URL}/saite/{token}/"


def of_activation(token: str) -> str:
    """Where a new user chooses a password."""
    return f"{settings.BASE_URL}/aktivizet/{token}/"
