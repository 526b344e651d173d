"""The saved views of a person and of their groups."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef

from accounts.scope import Scope
from cases.models import DefaultView, SavedView


@dataclass(frozen=True, slots=True)
class SavedViewRow:
    """A saved view; `group` is empty for one's own, `opens_first` if the list opens with it."""

    public_id: UUID
    name: str
    query: str
    group: str
    opens_first: bool


def saved_views(scope: Scope) -> tuple[SavedViewRow, ...]:
    """One's own and those of one's groups, each in its order; one statement."""
    first = DefaultView.objects.filter(view=OuterRef("pk"), user_id=scope.actor.user_id or 0)
    found = SavedView.objects.visible_to(scope).annotate(opens_first=Exists(first))
    return tuple(
        SavedViewRow(view.public_id, view.name, view.query, view.group, view.opens_first)
        for view in found.order_by("group", "position", "pk")
    )
