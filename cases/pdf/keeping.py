"""A letter as JSON and back, so that a page can say years later exactly what the stored file says."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from .letter import Block, Facts, Heading, Letter, Points, Table, Text

_BLOCKS: Final[dict[str, type[Block]]] = {
    "heading": Heading,
    "text": Text,
    "points": Points,
    "facts": Facts,
    "table": Table,
}
_NAMES: Final = {kind: name for name, kind in _BLOCKS.items()}


def to_json(letter: Letter) -> dict[str, Any]:
    """The letter as plain values; equal letters give equal values."""
    blocks = [{"block": name_of_block(block), **asdict(block)} for block in letter.blocks]
    kept: dict[str, Any] = _lists({**asdict(letter), "blocks": blocks})
    return kept


def from_json(kept: Mapping[str, Any]) -> Letter:
    """The letter that was kept."""
    values = {name: _tuples(value) for name, value in kept.items() if name != "blocks"}
    return Letter(**values, blocks=tuple(_block(block) for block in kept["blocks"]))


def name_of_block(block: Block) -> str:
    """The word by which a kind of block is kept: `heading`, `text`, `points`, `facts` or `table`."""
    return _NAMES[type(block)]


def _block(kept: Mapping[str, Any]) -> Block:
    values = {name: _tuples(value) for name, value in kept.items() if name != "block"}
    return _BLOCKS[kept["block"]](**values)


def _lists(value: Any) -> Any:
    match value:
        case dict():
            return {name: _lists(one) for name, one in value.items()}
        case list() | tuple():
            return [_lists(one) for one in value]
    return value


def _tuples(value: Any) -> Any:
    return tuple(_tuples(one) for one in value) if isinstance(value, list) else value
