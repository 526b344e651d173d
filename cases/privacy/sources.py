"""The registry of what is held of a person: one source a model, which tells its rows and erases them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Model

from accounts.models import User
from cases.models import Case
from registries.models import Person

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Subject:
    """The person, their user, and the cases that are about them; `erased` are those that may be emptied."""

    person: Person
    user: User | None
    about: tuple[Case, ...]
    erased: tuple[Case, ...] = ()
    is_erased: bool = False

    @property
    def names(self) -> list[str]:
        """Under which rows know them."""
        own = [f"person:{self.person.pk}"]
        return [*own, self.user.username] if self.user else own


@dataclass(frozen=True, slots=True)
class Source:
    """What a model holds of a person; `erase` gives how many rows it changed."""

    model: type[Model]
    tell: Callable[[Subject], Iterable[Row]]
    erase: Callable[[Subject], int]


SOURCES: Final[dict[type[Model], Source]] = {}


def source(
    model: type[Model], tell: Callable[[Subject], Iterable[Row]], erase: Callable[[Subject], int]
) -> None:
    """Register what a model holds of a person; the order of registration is that of the report."""
    SOURCES[model] = Source(model, tell, erase)


def subject_of(person: Person) -> Subject:
    """The person with what hangs on them."""
    user = User.objects.filter(person=person).first()
    cases = Case.objects.filter(subject=person).select_related("instance", "organisation")
    return Subject(person, user, tuple(cases.order_by("id")))


def stays(_subject: Subject) -> int:
    """Nothing to erase: the row names the person by our id alone."""
    return 0
