"""What the registers and the accounts hold of a person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.sessions.models import Session

from accounts.models import AccessToken, Activation, RoleGrant, User
from registries.models import Employment, Person, PersonCode

from .sources import Row, Subject, source, stays

ERASED: Final = "—"
UNUSABLE: Final = "!"


def _tell_person(subject: Subject) -> Iterable[Row]:
    person = subject.person
    yield {
        "given_name": person.given_name,
        "family_name": person.family_name,
        "birth_date": person.birth_date,
        "email": person.email,
        "phone": person.phone,
    }


def _erase_person(subject: Subject) -> int:
    if not subject.is_erased:
        return 0
    # Another object of the same row: the sources that come later still look for the name.
    person = Person.objects.get(pk=subject.person.pk)
    person.given_name, person.family_name = ERASED, f"#{person.pk}"
    person.email, person.phone, person.birth_date = "", "", None
    person.save()
    return 1


def _tell_codes(subject: Subject) -> Iterable[Row]:
    return subject.person.codes.order_by("id").values("code", "valid_from", "valid_until")


def _erase_codes(subject: Subject) -> int:
    return subject.person.codes.all().delete()[0] if subject.is_erased else 0


def _tell_employments(subject: Subject) -> Iterable[Row]:
    rows = subject.person.employments.order_by("id")
    return rows.values("organisation__name", "position", "is_head", "valid_from", "valid_until")


def _erase_employments(subject: Subject) -> int:
    # What a teacher is called at work can be their own words; that somebody worked there is not theirs alone.
    return subject.person.employments.update(position=ERASED) if subject.is_erased else 0


def tell_user(subject: Subject) -> Iterable[Row]:
    """The account."""
    if subject.user:
        yield {
            "username": subject.user.username,
            "language": subject.user.language,
            "is_active": subject.user.is_active,
            "created_at": subject.user.created_at,
        }


def erase_user(subject: Subject) -> int:
    """Close the account and take its name; its id stays, for the audit names it."""
    if subject.user is None or not subject.is_erased:
        return 0
    return User.objects.filter(pk=subject.user.pk).update(
        username=f"erased-{subject.user.pk}", password=UNUSABLE, is_active=False
    )


def _tell_roles(subject: Subject) -> Iterable[Row]:
    rows = (
        RoleGrant.objects.filter(user=subject.user).order_by("id")
        if subject.user
        else RoleGrant.objects.none()
    )
    return rows.values(
        "role", "organisation__name", "valid_from", "valid_until", "granted_at", "case_number", "revoked_at"
    )


def _tell_tokens(subject: Subject) -> Iterable[Row]:
    rows = AccessToken.objects.filter(user=subject.user) if subject.user else AccessToken.objects.none()
    return rows.order_by("id").values("name", "scopes", "created_at", "expires_at", "last_used_at")


def _erase_tokens(subject: Subject) -> int:
    if subject.user is None or not subject.is_erased:
        return 0
    return AccessToken.objects.filter(user=subject.user).delete()[0]


def _tell_activations(subject: Subject) -> Iterable[Row]:
    rows = Activation.objects.filter(user=subject.user) if subject.user else Activation.objects.none()
    return rows.order_by("id").values("created_at", "expires_at", "used_at")


def _erase_activations(subject: Subject) -> int:
    if subject.user is None or not subject.is_erased:
        return 0
    return Activation.objects.filter(user=subject.user).delete()[0]


def _tell_sign_ins(subject: Subject) -> Iterable[Row]:
    if subject.user:
        rows = AccessAttempt.objects.filter(username=subject.user.username)
        yield from rows.values("attempt_time", "ip_address", "user_agent")


def _erase_sign_ins(subject: Subject) -> int:
    if subject.user is None or not subject.is_erased:
        return 0
    logs = (AccessAttempt, AccessFailureLog, AccessLog)
    return sum(log.objects.filter(username=subject.user.username).delete()[0] for log in logs)


def _sessions(subject: Subject) -> list[Session]:
    user = str(subject.user.pk) if subject.user else ""
    found = []
    for session in Session.objects.iterator():
        content = session.get_decoded()
        link = content.get("link") or {}
        if (user and content.get("_auth_user_id") == user) or link.get("person") == subject.person.pk:
            found.append(session)
    return found


def _tell_sessions(subject: Subject) -> Iterable[Row]:
    return [{"until": session.expire_date} for session in _sessions(subject)]


def _erase_sessions(subject: Subject) -> int:
    keys = [session.pk for session in _sessions(subject)] if subject.is_erased else []
    return Session.objects.filter(pk__in=keys).delete()[0]


source(Person, _tell_person, _erase_person)
source(PersonCode, _tell_codes, _erase_codes)
source(Employment, _tell_employments, _erase_employments)
source(RoleGrant, _tell_roles, stays)
source(AccessToken, _tell_tokens, _erase_tokens)
source(Activation, _tell_activations, _erase_activations)
source(AccessAttempt, _tell_sign_ins, _erase_sign_ins)
source(Session, _tell_sessions, _erase_sessions)
