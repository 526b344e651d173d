"""Which rows of the registers a person may see: one `visible_to` per model, and searches."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Protocol, Self, TypeVar

from django.db import models
from django.db.models import Q

from .text import search_words


class Keyed(Protocol):
    """A row with keys to search and sort by."""

    def set_keys(self) -> None:
        """Fill the keys from the names."""


class Reach(Protocol):
    """How far somebody sees; `accounts.scope.Scope` is one."""

    @property
    def whole_state(self) -> bool:
        """Sees every organisation."""

    @property
    def municipalities(self) -> frozenset[int]:
        """Ids of the municipalities that are theirs."""

    @property
    def institutions(self) -> frozenset[int]:
        """Ids of the other organisations that are theirs."""

    @property
    def person_id(self) -> int | None:
        """Who they are in the register."""

    @property
    def day(self) -> date:
        """The day on which they look."""


Row = TypeVar("Row", bound=models.Model)


class KeyedQuerySet(models.QuerySet[Row]):
    """Rows with search keys, kept right when many are made at once."""

    def bulk_create(self, objs: Iterable[Row], *args: Any, **kwargs: Any) -> list[Row]:
        """As Django's, with the keys set."""
        rows = list(objs)
        for row in rows:
            row.set_keys()  # type: ignore[attr-defined]
        return super().bulk_create(rows, *args, **kwargs)

    def matching(self, text: str) -> Self:
        """Those whose name or number has every word of the text, in any order, marks ignored."""
        found = self
        for word in search_words(text):
            found = found.filter(search_key__contains=word)
        return found


def within(reach: Reach, prefix: str = "") -> Q:
    """The condition that the organisation behind `prefix` (`organisation__` or empty) is within reach."""
    if reach.whole_state:
        return Q()
    own = reach.institutions | reach.municipalities
    # An IN with no members is always false: whoever holds nothing sees nothing.
    return (
        Q(**{f"{prefix}id__in": own})
        | Q(**{f"{prefix}founder_id__in": own})
        | Q(**{f"{prefix}municipality_id__in": reach.municipalities})
    )


class OrganisationQuerySet(KeyedQuerySet[Row]):
    """Organisations."""

    def visible_to(self, scope: Reach) -> Self:
        """Their own, those that these founded, those that lie in their municipality, or the whole state's."""
        return self.filter(within(scope))

    def active(self) -> Self:
        """Those that work."""
        return self.filter(status="active")


class PersonQuerySet(KeyedQuerySet[Row]):
    """Persons."""

    def visible_to(self, scope: Reach) -> Self:
        """Themself, and who works or will work in an organisation within their scope."""
        if scope.whole_state:
            return self
        return self.filter(Q(id=scope.person_id) | Q(id__in=_staff(scope)))


class PersonCodeQuerySet(models.QuerySet[Row]):
    """Personal codes."""

    def visible_to(self, scope: Reach) -> Self:
        """The codes of the persons that they see."""
        if scope.whole_state:
            return self
        return self.filter(Q(person_id=scope.person_id) | Q(person_id__in=_staff(scope)))


class EmploymentQuerySet(models.QuerySet[Row]):
    """Employments."""

    def visible_to(self, scope: Reach) -> Self:
        """Their own, and those in organisations within their scope."""
        if scope.whole_state:
            return self
        return self.filter(Q(person_id=scope.person_id) | within(scope, "organisation__"))

    def on(self, day: date) -> Self:
        """Those that hold on a day, its first and last day included."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=day), valid_from__lte=day)


def _staff(scope: Reach) -> models.QuerySet[Any, Any]:
    from .models import Employment

    not_over = Q(valid_until=None) | Q(valid_until__gte=scope.day)
    return Employment.objects.filter(not_over, within(scope, "organisation__")).values("person_id")
