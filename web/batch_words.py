"""What a kind of batch tells of itself on its page: which were asked for, and what would happen to them."""

from collections.abc import Callable
from typing import Final

from cases.queries.batches import BatchView
from web.visitors import Visitor

Told = list[tuple[str, str]]
Teller = Callable[[BatchView, Visitor], Told]

_tellers: Final[dict[str, Teller]] = {}


def tells_of(kind: str) -> Callable[[Teller], Teller]:
    """Register what a kind tells: pairs of a label and its words, in the reader's language."""

    def register(teller: Teller) -> Teller:
        _tellers[kind] = teller
        return teller

    return register


def told_of(view: BatchView, visitor: Visitor) -> Told:
    """What its kind tells of a batch; nothing if it has nothing to say."""
    teller = _tellers.get(view.kind)
    return teller(view, visitor) if teller is not None else []
