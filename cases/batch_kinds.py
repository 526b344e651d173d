"""What can be done to many things at once: each kind says who may ask for it and does one item."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from accounts.actors import Actor
from accounts.scope import Scope
from cases import permissions
from cases.errors import CaseError, NotFound, Reason
from cases.models import Batch, BatchItem


@dataclass(frozen=True, slots=True)
class ItemFailed(Exception):
    """The item was tried and failed again, with a code and why, in Latvian and English."""

    code: str
    because_lv: str
    because_en: str


Doer = Callable[[Batch, BatchItem, Actor], None]
# Does several items in one transaction, or none; those refused by the item's id, with why.
Together = Callable[[Batch, Sequence[BatchItem], Actor], Mapping[int, CaseError]]


@dataclass(frozen=True, slots=True)
class BatchKind:
    """A kind of batch: its name for people, who may ask for it and confirm it, and what it does to one item.

    `do` runs outside any transaction as who asked for it. What it has done stays done if a worker dies after
    it, so it must be safe to repeat (`item.tries` counts from 1). A CaseError refuses the item, Busy lets it
    wait for another turn, ProcessResting of the batch's own process lets all wait until that goes on,
    ItemFailed and whatever else is raised count as failed. It may set the item's `told`, `before` and
    `state_before`. A kind that does up to `most` items `together` is given them so, and one by one where that
    failed.
    """

    name: str
    title: tuple[str, str]
    against: Callable[[Scope], Reason | None]
    do: Doer
    together: Together | None = None
    most: int = 1


_kinds: Final[dict[str, BatchKind]] = {}


def batch_kind(
    name: str,
    *,
    title: tuple[str, str],
    against: Callable[[Scope], Reason | None] = permissions.against_running_batches,
) -> Callable[[Doer], Doer]:
    """Register what is done to each item of a kind; `against` says why somebody may not ask for it."""

    def register(do: Doer) -> Doer:
        _kinds[name] = BatchKind(name, title, against, do)
        return do

    return register


def batch_kind_together(
    name: str, *, most: int, title: tuple[str, str], against: Callable[[Scope], Reason | None]
) -> Callable[[Together], Together]:
    """Register what is done to up to `most` items of a kind in one transaction."""

    def register(together: Together) -> Together:
        def do(batch: Batch, item: BatchItem, actor: Actor) -> None:
            for refused in together(batch, [item], actor).values():
                raise refused

        _kinds[name] = BatchKind(name, title, against, do, together, most)
        return together

    return register


def kind_of(name: str) -> BatchKind:
    """The kind; NotFound."""
    try:
        return _kinds[name]
    except KeyError:
        raise NotFound from None
