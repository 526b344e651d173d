"""Saving views of the inbox, naming, ordering and deleting them, and choosing the one that opens first."""

from collections.abc import Callable
from typing import Final
from uuid import UUID

from django.db.models import Max, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from cases import audit
from cases.errors import FieldError, FormInvalid, NotAllowed, NotFound, Reason, Refused
from cases.models import DefaultView, SavedView

from .acting import Begun, act, begin
from .locking import uuid_of

LONGEST_NAME: Final = 60
LONGEST_QUERY: Final = 700
MOST_VIEWS: Final = 20
NO_NAME: Final = ("Ierakstiet skata nosaukumu.", "Enter a name for the view.")
LONG_NAME: Final = (
    "Nosaukums ir par garu: ne vairāk kā 60 zīmes.",
    "The name is too long: at most 60 characters.",
)
SAME_NAME: Final = ("Skats ar šādu nosaukumu jau ir.", "There is a view of this name already.")


def save_view(*, user: Actor, name: str, query: str, group: str = "") -> SavedView:
    """A new view at the end of one's own, or of one's group's. FormInvalid, NotAllowed, Refused."""
    with act(user, "view.save", "inbox"):
        begun = begin(user)
        if user.user_id is None:
            raise NotAllowed(Reason.ONLY_THIS_TASK)
        owner: int = user.user_id
        if group and not begun.scope.is_member(group):
            raise NotAllowed(Reason.NOT_IN_GROUP)
        beside = _beside(user.user_id, group)
        if beside.count() >= MOST_VIEWS:
            raise Refused("too_many_views", _("There are 20 saved views already; delete one first."))
        view = SavedView.objects.create(
            user_id=None if group else owner,
            group=group,
            name=_named(name, beside.values_list("name", flat=True)),
            query=query[:LONGEST_QUERY],
            position=(beside.aggregate(last=Max("position"))["last"] or 0) + 1,
            made_by=user.name,
            made_at=begun.now,
        )
        _record(user, "view.saved", view)
        return view


def rename_view(public_id: UUID | str, *, user: Actor, name: str) -> SavedView:
    """The view has another name. NotFound, FormInvalid."""

    def rename(view: SavedView, _begun: Begun) -> None:
        beside = _beside(view.user_id, view.group).exclude(pk=view.pk)
        view.name = _named(name, beside.values_list("name", flat=True))
        view.save(update_fields=["name"])

    return _change(public_id, user, "view.renamed", rename)


def delete_view(public_id: UUID | str, *, user: Actor) -> SavedView:
    """The view is gone, for the whole group if it was the group's. NotFound."""
    return _change(
        public_id, user, "view.deleted", lambda view, _begun: SavedView.objects.filter(pk=view.pk).delete()
    )


def move_view(public_id: UUID | str, *, user: Actor, up: bool) -> SavedView:
    """The view changes places with the one above or below it; at the end nothing happens. NotFound."""

    def move(view: SavedView, _begun: Begun) -> None:
        beside = _beside(view.user_id, view.group)
        other = (
            beside.filter(position__lt=view.position).order_by("-position").first()
            if up
            else beside.filter(position__gt=view.position).order_by("position").first()
        )
        if other is not None:
            view.position, other.position = other.position, view.position
            view.save(update_fields=["position"])
            other.save(update_fields=["position"])

    return _change(public_id, user, "view.moved", move)


def open_with(public_id: UUID | str | None, *, user: Actor) -> None:
    """From now on the list opens with this view, or as it always did. NotFound."""
    if public_id is None:
        DefaultView.objects.filter(user_id=user.user_id or 0).delete()
        return

    def choose(view: SavedView, _begun: Begun) -> None:
        DefaultView.objects.update_or_create(user_id=user.user_id or 0, defaults={"view": view})

    _change(public_id, user, "view.opens", choose)


def _change(
    public_id: UUID | str, user: Actor, action: str, change: Callable[[SavedView, Begun], object]
) -> SavedView:
    with act(user, action, f"view:{public_id}"):
        begun = begin(user)
        found = SavedView.objects.visible_to(begun.scope).select_for_update()
        view = found.filter(public_id=uuid_of(public_id)).first()
        if view is None:
            raise NotFound
        key = view.pk
        change(view, begun)
        view.pk = key
        _record(user, action, view)
        return view


def _beside(user_id: int | None, group: str) -> "QuerySet[SavedView]":
    """The views among which one stands."""
    views = SavedView.objects.all()
    return views.filter(group=group) if group else views.filter(user_id=user_id or 0)


def _named(name: str, taken: object) -> str:
    plain = " ".join(name.split())
    if not plain:
        raise FormInvalid((FieldError("name", "required", *NO_NAME),))
    if len(plain) > LONGEST_NAME:
        raise FormInvalid((FieldError("name", "too_long", *LONG_NAME),))
    if plain.casefold() in {str(one).casefold() for one in taken}:  # type: ignore[attr-defined]
        raise FormInvalid((FieldError("name", "taken", *SAME_NAME),))
    return plain


def _record(user: Actor, action: str, view: SavedView) -> None:
    audit.record_act(user, action, f"view:{view.public_id}", {"group": view.group})
