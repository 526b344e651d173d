"""Where a person stands in what belongs to others: their names in free text, found, told, and taken out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, Final

from django.db.models import Model, Q, TextField
from django.db.models.functions import Cast

from cases.models import (
    Answer,
    Batch,
    BulkAction,
    CalendarDay,
    Case,
    ClockExtension,
    Document,
    Draft,
    FieldComment,
    KeptText,
    LegalHold,
    Message,
    MessageDigest,
    SavedView,
)
from engine.models import Suspension
from registries.models import Organisation
from registries.text import fold

from .people import ERASED
from .sources import Subject

OF_TASK: Final = "task__instance__case"


@dataclass(frozen=True, slots=True)
class Place:
    """A field in which people write; `case` leads from its row to the case, if it has one.

    `can_redact`: a part may be taken out. Not of a letter, whose file says the same, and not of a register.
    """

    model: type[Model]
    field: str
    case: str = ""
    can_redact: bool = True


# A test holds every field of text of the cases against this list.
PLACES: Final = (
    Place(Answer, "content", "case"),
    Place(Answer, "result", "case"),
    Place(Draft, "content", OF_TASK),
    Place(KeptText, "fields", OF_TASK),
    Place(FieldComment, "text", "case"),
    Place(ClockExtension, "reason", "case"),
    Place(ClockExtension, "legal_reference", "case"),
    Place(LegalHold, "basis", "case"),
    Place(Document, "title_lv", "case"),
    Place(Document, "title_en", "case"),
    Place(Document, "file_name", "case"),
    Place(Document, "letter", "case", can_redact=False),
    Place(Message, "subject", "case"),
    Place(Message, "text", "case"),
    Place(MessageDigest, "subject"),
    Place(MessageDigest, "text"),
    Place(Batch, "reason"),
    Place(Suspension, "reason", "instance__case"),
    Place(BulkAction, "answers"),
    Place(SavedView, "name"),
    Place(CalendarDay, "name_lv"),
    Place(CalendarDay, "name_en"),
    Place(Organisation, "email", can_redact=False),
    Place(Organisation, "phone", can_redact=False),
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A field of a row in which the person stands: by `code`, `email`, `phone`, `name` or `family_name`.

    `case` is empty where the row belongs to none. Only the first three are certainly of this person.
    """

    place: Place
    pk: int
    case: Case | None
    by: tuple[str, ...]

    @property
    def key(self) -> str:
        """How a person names it who decides about it."""
        return f"{self.place.model._meta.model_name}:{self.pk}:{self.place.field}"

    @property
    def is_certain(self) -> bool:
        """Whether nobody else can be meant."""
        return bool({"code", "email", "phone"} & set(self.by))


def mentions_of(subject: Subject) -> tuple[Mention, ...]:
    """Everywhere that the person stands outside the cases about them; nothing is changed."""
    patterns = patterns_of(subject)
    return tuple(found for place in PLACES for found in _in(place, subject, patterns))


def redact(mention: Mention, subject: Subject, *, names: bool) -> bool:
    """Take codes, addresses and numbers out of the field, with `names` also the name; whether any stood."""
    row = mention.place.model._default_manager.filter(pk=mention.pk).first()
    if row is None:
        return False
    taken = [
        pattern for by, pattern in patterns_of(subject).items() if names or by not in ("name", "family_name")
    ]
    before = getattr(row, mention.place.field)
    after = _without(before, taken)
    if after == before:
        return False
    values = {mention.place.field: after}
    if isinstance(row, Message):
        words = {"subject": row.subject, "text": row.text, **values}
        values["search_key"] = fold(f"{words['subject']} {words['text']}")
    mention.place.model._default_manager.filter(pk=mention.pk).update(**values)
    return True


def patterns_of(subject: Subject) -> Mapping[str, re.Pattern[str]]:
    """What to look for: as the registers have it, however it is spaced and, for names, inflected."""
    person = subject.person
    codes = [
        rf"(?<!\d){code[:6]}[\s\-–]?{code[6:]}(?!\d)"
        for code in subject.person.codes.values_list("code", flat=True)
    ]
    digits = re.sub(r"\D", "", person.phone)[-8:]
    spaced = r"[\s-]?".join(digits)
    given, family = _stem(person.given_name), _stem(person.family_name)
    between = r"\w{0,4}[\s,.-]{1,3}(?:\w{1,20}[\s.-]{1,3})?"
    found = {
        "code": "|".join(codes),
        "email": re.escape(person.email),
        "phone": rf"(?<!\d)(?:\+?371[\s-]?)?{spaced}(?!\d)" if len(digits) == 8 else "",
        "name": rf"\b{given}{between}{family}\w{{0,4}}\b|\b{family}{between}{given}\w{{0,4}}\b",
        "family_name": rf"\b{family}\w{{0,4}}\b",
    }
    return {by: re.compile(written, re.IGNORECASE) for by, written in found.items() if written}


def _stem(name: str) -> str:
    """A name without its ending, which the case changes; short names whole."""
    stem = re.sub(r"(?:is|us|as|š|s|a|e)$", "", name)
    return re.escape(stem if len(stem) > 2 else name)


def _in(place: Place, subject: Subject, patterns: Mapping[str, re.Pattern[str]]) -> Iterator[Mention]:
    rows: Any = place.model._default_manager.annotate(told=Cast(place.field, TextField()))
    rows = rows.filter(_candidates(subject)).order_by("pk")
    if place.case:
        rows = rows.exclude(**{f"{place.case}__in": [case.pk for case in subject.about]})
    if place.model in (Message, MessageDigest):
        rows = rows.exclude(recipient=subject.person)
    names = ["pk", "told", place.case] if place.case else ["pk", "told"]
    found = [
        (row[0], _by(row[1], patterns), row[2] if place.case else None) for row in rows.values_list(*names)
    ]
    cases = Case.objects.in_bulk([case for _pk, by, case in found if by and case])
    for pk, by, case in found:
        if by:
            yield Mention(place, pk, cases.get(case), by)


def _candidates(subject: Subject) -> Q:
    """A first sieve that the database can do: parts that every match has."""
    person = subject.person
    parts = {code[6:] for code in person.codes.values_list("code", flat=True)}
    parts |= {person.email, re.sub(r"\D", "", person.phone)[-3:]} - {""}
    stem = re.sub(r"\\(.)", r"\1", _stem(person.family_name))
    parts |= {stem, stem.lower(), stem.upper(), stem.capitalize()}
    return reduce(or_, (Q(told__icontains=part) for part in sorted(parts)))


def _by(told: str | None, patterns: Mapping[str, re.Pattern[str]]) -> tuple[str, ...]:
    found = [by for by, pattern in patterns.items() if told and pattern.search(told)]
    return tuple(by for by in found if by != "family_name" or "name" not in found)


def _without(value: Any, patterns: Iterable[re.Pattern[str]]) -> Any:
    match value:
        case str():
            return reduce(lambda text, pattern: pattern.sub(ERASED, text), patterns, value)
        case dict():
            return {name: _without(one, patterns) for name, one in value.items()}
        case list():
            return [_without(one, patterns) for one in value]
    return value
