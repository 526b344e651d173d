"""Erases a person: what nothing requires to stay is emptied, and what stays is told with its reason."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accounts.actors import SYSTEM
from cases import audit
from cases.models import Case, LegalHold
from engine import clock
from registries.models import Person

from .keeping import basis_to_keep
from .mentions import Mention, mentions_of, redact
from .sources import SOURCES, Subject, subject_of


@dataclass(frozen=True, slots=True)
class Kept:
    """What stays and why: `open`, `held`, `retained`, `role` or `employed`; `basis` is the law, if named."""

    what: str
    why: str
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Mentioned:
    """A mention in what belongs to others, and what becomes of it.

    `erased`: taken out. `asked`: a person decides, for a namesake may be meant. `file`: the file of a letter
    or a register says it. `person`: as long as the person's own data stay. Else the case stays: `open`,
    `held` or `retained`.
    """

    mention: Mention
    fate: str
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Erasure:
    """What an erasure would do, or did: the cases that are emptied, what stays, and how many rows changed.

    `mentions` are where the person stands in what belongs to others.
    """

    subject: Subject
    kept: tuple[Kept, ...]
    mentions: tuple[Mentioned, ...] = ()
    changed: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether nothing of the person stays."""
        return self.subject.is_erased


def plan_erasure(
    person: Person, *, now: datetime | None = None, redact_keys: Collection[str] = ()
) -> Erasure:
    """What would be erased and what stays; nothing is changed. `redact_keys` are mentions decided upon."""
    subject = subject_of(person)
    moment = now or clock.now()
    kept_cases = {case.pk: kept for case in subject.about for kept in _kept(case, moment)}
    kept = [*kept_cases.values(), *_ties(subject, moment)]
    erased = tuple(case for case in subject.about if case.pk not in kept_cases)
    planned = replace(subject, erased=erased, is_erased=not kept)
    told = tuple(_fate(one, planned, moment, redact_keys) for one in mentions_of(planned))
    return Erasure(planned, tuple(kept), told)


def _fate(mention: Mention, subject: Subject, now: datetime, redact_keys: Collection[str]) -> Mentioned:
    if not subject.is_erased:
        return Mentioned(mention, "person")
    if mention.case is not None and (kept := next(_kept(mention.case, now), None)):
        return Mentioned(mention, kept.why, kept.basis)
    if not mention.place.can_redact:
        return Mentioned(mention, "file")
    return Mentioned(mention, "erased" if mention.is_certain or mention.key in redact_keys else "asked")


def _kept(case: Case, now: datetime) -> Iterator[Kept]:
    hold = LegalHold.objects.filter(case=case, released_at=None).first()
    if hold is not None:
        yield Kept(case.number, "held", hold.basis)
    elif case.closed_at is None:
        yield Kept(case.number, "open")
    elif basis := basis_to_keep(case, now):
        yield Kept(case.number, "retained", basis)


def _ties(subject: Subject, now: datetime) -> Iterator[Kept]:
    """While somebody works here or holds a role, the register needs their name."""
    for work in subject.person.employments.on(now.date()).select_related("organisation"):
        yield Kept(work.organisation.name, "employed")
    if subject.user is not None:
        today = Q(valid_until=None) | Q(valid_until__gte=now.date())
        for grant in subject.user.role_grants.filter(today, revoked_at=None).select_related("organisation"):
            yield Kept(f"{grant.role}, {grant.organisation.name}", "role")
        for case in Case.objects.filter(applicant=subject.user, closed_at=None).order_by("id"):
            yield Kept(case.number, "open")


@transaction.atomic
def erase_subject(person: Person, *, reason: str, redact_keys: Collection[str] = ()) -> Erasure:
    """Empty what may be emptied, in every source, in one transaction; the audit has the reason's hash.

    Out of what belongs to others go codes, addresses and numbers, and names where `redact_keys` say so.
    """
    Person.objects.select_for_update().get(pk=person.pk)
    planned = plan_erasure(person, redact_keys=redact_keys)
    changed = sum(_take_out(one, planned.subject, redact_keys) for one in planned.mentions)
    changed += sum(source.erase(planned.subject) for source in SOURCES.values())
    fields = {
        "reason": audit.keyed_hash(reason),
        "rows": changed,
        "whole": planned.is_whole,
        "cases": [str(case.public_id) for case in planned.subject.erased],
        "kept": sorted({kept.why for kept in planned.kept}),
        "mentions": len(planned.mentions),
        "persons": [person.pk],
    }
    audit.record_act(SYSTEM, "subject.erased", f"person:{person.pk}", fields)
    return replace(planned, changed=changed)


def _take_out(one: Mentioned, subject: Subject, redact_keys: Collection[str]) -> int:
    if one.fate != "erased":
        return 0
    mention = one.mention
    taken = redact(mention, subject, names=mention.key in redact_keys)
    if taken and mention.case is not None:
        about = f"case:{mention.case.public_id}"
        audit.record(mention.case, SYSTEM, "mention.erased", about, {"place": mention.key}, clock.now())
    return int(taken)
