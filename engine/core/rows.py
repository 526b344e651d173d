"""The rows of our own instances: positional bytes, the same for the same state, safe to read from anyone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from engine.core.errors import StateUnreadable, TooLarge
from engine.core.graph import Foreign, pack, unpack
from engine.core.stream import Stream, write_number
from engine.core.values import LARGEST_INT, LONGEST_NUMBER, LONGEST_TEXT, MOST_KEYS

VERSION: Final = 1
# The version of a state whose subprocesses have variables of their own.
LOCAL: Final = 3
MOST_TOKENS: Final = 5000
MOST_SCOPES: Final = 2001
MOST_VALUES: Final = 5000
MOST_BYTES: Final = 2**30
MOST_TEXT_BYTES: Final = 4 * LONGEST_TEXT


@dataclass(frozen=True, slots=True)
class TokenRow:
    """One token: ids are unique in the instance, the parent is 0 when it hangs from its scope's root."""

    id: int
    node: int
    state: int
    flow: int
    parent: int


@dataclass(frozen=True, slots=True)
class ScopeRow:
    """One open scope: the token of its subprocess (0: the instance itself), root, tokens, own variables."""

    host: int
    root: int
    tokens: tuple[TokenRow, ...]
    values: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """Everything that an instance is, apart from its definition."""

    digest: bytes
    last_id: int
    ended: bool
    values: tuple[Any, ...]
    scopes: tuple[ScopeRow, ...]


def encode(state: State, foreign: Foreign) -> bytes:
    """The bytes of a state, all of which `decode` reads; StateUnstorable, TooLarge."""
    _must_fit("scopes", state.scopes, MOST_SCOPES)
    local = any(scope.values for scope in state.scopes)
    out = bytearray((LOCAL if local else VERSION,))
    out += state.digest[:8]
    write_number(out, state.last_id)
    out.append(1 if state.ended else 0)
    _write_values(out, state.values, foreign)
    write_number(out, len(state.scopes))
    for scope in state.scopes:
        _must_fit("tokens", scope.tokens, MOST_TOKENS)
        for number in (scope.host, scope.root, len(scope.tokens)):
            write_number(out, number)
        for token in scope.tokens:
            for number in (token.id, token.node, token.state, token.flow, token.parent):
                write_number(out, number)
        if local:
            _write_values(out, scope.values, foreign)
    return bytes(out)


def decode(content: bytes, foreign: Foreign) -> State:
    """The state that the bytes hold; StateUnreadable for anything that `encode` does not write."""
    reader = _Reader(content, foreign)
    version = reader.byte()
    if version not in (VERSION, LOCAL):
        raise StateUnreadable(because="another version")
    digest = reader.take(8)
    last_id = reader.number()
    ended = reader.byte() == 1
    values = reader.values()
    scopes = tuple(reader.scope(local=version == LOCAL) for _ in range(reader.count(MOST_SCOPES)))
    if not reader.is_over:
        raise StateUnreadable(because="bytes are left over")
    return State(digest, last_id, ended, values, scopes)


def _must_fit(what: str, things: Sequence[Any], most: int) -> None:
    if len(things) > most:
        raise TooLarge(**{what: len(things), "most": most})


def _write_text(out: bytearray, text: str) -> None:
    content = text.encode("utf-8", "surrogatepass")
    write_number(out, len(content))
    out += content


def _write_values(out: bytearray, values: Sequence[Any], foreign: Foreign) -> None:
    _must_fit("values", values, MOST_VALUES)
    write_number(out, len(values))
    for value in values:
        _write_value(out, value, foreign)


def _write_value(out: bytearray, value: Any, foreign: Foreign) -> None:
    kind = type(value)
    if value is None:
        out.append(0)
    elif kind is bool:
        out.append(1 if value else 2)
    elif kind is str and len(value) <= LONGEST_TEXT:
        out.append(5)
        _write_text(out, value)
    elif kind is int and abs(value) <= LARGEST_INT:
        out.append(3 if value >= 0 else 4)
        write_number(out, abs(value))
    elif kind is date:
        out.append(6)
        write_number(out, value.toordinal())
    elif kind is Decimal and len(str(value)) <= LONGEST_NUMBER:
        out.append(7)
        _write_text(out, str(value))
    elif kind is list and len(value) <= MOST_KEYS and all(_is_key(key) for key in value):
        out.append(8)
        write_number(out, len(value))
        for key in value:
            _write_text(out, key)
    else:
        content = pack(value, foreign)
        _must_fit("bytes", content, MOST_BYTES)
        out.append(9)
        write_number(out, len(content))
        out += content


def _is_key(value: Any) -> bool:
    return type(value) is str and len(value) <= LONGEST_TEXT


class _Reader(Stream):
    __slots__ = ("foreign",)

    def __init__(self, content: bytes, foreign: Foreign) -> None:
        super().__init__(content)
        self.foreign = foreign

    def count(self, most: int) -> int:
        count = self.number()
        if count > most:
            raise StateUnreadable(because="it counts too much")
        return count

    def text(self) -> str:
        try:
            return self.take(self.count(MOST_TEXT_BYTES)).decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            raise StateUnreadable(because="a text is damaged") from None

    def value(self) -> Any:
        match self.byte():
            case 0:
                return None
            case 1:
                return True
            case 2:
                return False
            case 3:
                return self.number()
            case 4:
                return -self.number()
            case 5:
                return self.text()
            case 6:
                return self._day()
            case 7:
                return self._decimal()
            case 8:
                return [self.text() for _ in range(self.count(MOST_KEYS))]
            case 9:
                return unpack(self.take(self.count(MOST_BYTES)), self.foreign)
        raise StateUnreadable(because="a value of no known type")

    def _day(self) -> date:
        try:
            return date.fromordinal(self.count(date.max.toordinal()))
        except ValueError:
            raise StateUnreadable(because="a day that is none") from None

    def _decimal(self) -> Decimal:
        try:
            return Decimal(self.text())
        except InvalidOperation:
            raise StateUnreadable(because="a number that is none") from None

    def values(self) -> tuple[Any, ...]:
        return tuple(self.value() for _ in range(self.count(MOST_VALUES)))

    def scope(self, *, local: bool) -> ScopeRow:
        host, root = self.number(), self.number()
        tokens = tuple(self._token() for _ in range(self.count(MOST_TOKENS)))
        return ScopeRow(host, root, tokens, self.values() if local else ())

    def _token(self) -> TokenRow:
        row: Sequence[int] = [self.number() for _ in range(5)]
        return TokenRow(*row)
