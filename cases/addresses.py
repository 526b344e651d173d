"""The addresses that mails carry; `tests/documents` holds them against the pages' own."""

from uuid import UUID

from django.conf import settings


def of_case(public_id: UUID) -> str:
    """Where a case is seen after signing in."""
    return f"{settings.BASE_URL}/lietas/{public_id}/"


def of_letter(public_id: UUID) -> str:
    """Where a letter is read as a page after signing in."""
    return f"{settings.BASE_URL}/dokumenti/{public_id}/lapa/"


def of_task(public_id: UUID) -> str:
    """Where a task is done after signing in."""
    return f"{settings.BASE_URL}/uzdevumi/{public_id}/"


def of_link(token: str) -> str:
    """Where a one-time link opens."""
    return f"{settings.BASE_URL}/saite/{token}/"


def of_activation(token: str) -> str:
    """Where a new user chooses a password."""
    return f"{settings.BASE_URL}/aktivizet/{token}/"


def of_inbox() -> str:
    """Where the tasks of a person are listed."""
    return f"{settings.BASE_URL}/darbs/"


def of_bulk(public_id: UUID) -> str:
    """Where the result of an act on many tasks is seen."""
    return f"{settings.BASE_URL}/darbs/vairaki/{public_id}/"


def of_messages() -> str:
    """Where a person finds every message again."""
    return f"{settings.BASE_URL}/zinojumi/"


def of_message_wishes() -> str:
    """Where a person chooses how messages come."""
    return f"{settings.BASE_URL}/konts/zinojumi/"


def of_unsubscribing(token: str) -> str:
    """Where mails are stopped without signing in."""
    return f"{settings.BASE_URL}/zinojumi/atteikties/{token}/"
