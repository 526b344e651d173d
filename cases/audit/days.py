"""What is recorded apart from the cases: reads, lists, searches, refusals, sign-ins and acts of no case."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from accounts.actors import Actor
from accounts.models import User
from cases.errors import CaseError
from registries.models import Organisation, Person

from .chain import keyed_hash
from .gathering import Look, keep

MOST_IDS = 200


def _record(user: Actor, action: str, about: str, fields: Mapping[str, Any]) -> None:
    keep(Look(user.key, action, about, {"channel": user.channel, **fields}))


def _ids(persons: Iterable[int | None]) -> list[int]:
    return sorted({person for person in persons if person is not None})


def record_act(user: Actor, action: str, about: str, fields: Mapping[str, Any]) -> None:
    """Somebody did something that belongs to no case."""
    _record(user, action, about, fields)


def record_read(
    user: Actor, about: str, fields: Mapping[str, Any] | None = None, *, persons: Iterable[int | None] = ()
) -> None:
    """Somebody looked at the data of these persons: `about` is `case:<public id>` or alike."""
    _record(user, "read", about, {**(fields or {}), "persons": _ids(persons)})


def record_list(
    user: Actor, about: str, query: str, found: Sequence[str], *, persons: Iterable[int | None]
) -> None:
    """Somebody saw a list with names, or what a search found; its words are kept as a keyed hash."""
    shown = _ids(persons)
    if not query.strip() and not shown:
        return
    fields: dict[str, Any] = {"found": list(found[:MOST_IDS]), "count": len(found), "persons": shown}
    if query.strip():
        fields["query"] = keyed_hash(query)
    _record(user, "search" if query.strip() else "list", about, fields)


def record_staff(user: Actor, organisation: Organisation, persons: Iterable[int]) -> None:
    """A page of the register named people who work in the organisation."""
    record_list(user, f"organisation:{organisation.public_id}", "", [], persons=persons)


def record_offered(user: Actor, about: str, persons: Sequence[str]) -> None:
    """A form offered persons to choose from, by their public ids."""
    ids = Person.objects.filter(public_id__in=persons).values_list("pk", flat=True)
    record_list(user, about, "", [], persons=ids)


def record_sign_in(username: str, *, signed_in: bool, channel: str = "page", code: str = "") -> None:
    """Somebody signed in or was refused; a name that no user has is kept as a keyed hash."""
    user = User.objects.filter(username=username).values_list("pk", flat=True).first()
    keep(
        Look(
            f"user:{user}" if user is not None else "unknown",
            "signed_in" if signed_in else "sign_in_refused",
            "" if user is not None else f"name:{keyed_hash(username)}",
            {"channel": channel, "code": code},
        )
    )


def record_sign_out(who: str, *, how: str) -> None:
    """Somebody (`user:<id>`, `person:<id>`) signed out (`asked`), or their session was over."""
    keep(Look(who, "signed_out", "", {"channel": "page", "how": how}))


def record_link_opened(visitor: Actor, about: str, *, opened: bool) -> None:
    """Somebody came by a one-time link and gave the right code, or a wrong one."""
    _record(
        visitor, "signed_in" if opened else "sign_in_refused", about, {"code": "" if opened else "wrong_code"}
    )


def record_link_refused(person_id: int | None, about: str, code: str) -> None:
    """Somebody came by a one-time link that does not open; `person_id` is whom it was sent to, if anybody."""
    actor = "unknown" if person_id is None else f"person:{person_id}"
    keep(Look(actor, "refused", about, {"channel": "link", "action": "link.open", "code": code}))


def record_refusal(user: Actor, action: str, about: str, error: CaseError) -> None:
    """Somebody was refused; written after the refused transaction has been rolled back."""
    _record(user, "refused", about, {"action": action, "code": error.code, **error.details})
