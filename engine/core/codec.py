"""The stored form of an instance: positional bytes, the same for the same state, safe to read from anyone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from engine.core.errors import StateUnreadable
from engine.core.values import LARGEST_INT, LONGEST_TEXT, MOST_KEYS, Value

VERSION: Final = 1
MOST_TOKENS: Final = 5000
MOST_SCOPES: Final = 500


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
    """One open scope: the token of its subprocess (0: the instance itself), its root, its tokens."""

    host: int
    root: int
    tokens: tuple[TokenRow, ...]


@dataclass(frozen=True, slots=True)
class State:
    """Everything that an instance is, apart from its definition."""

    digest: bytes
    last_id: int
    ended: bool
    values: tuple[Value, ...]
    scopes: tuple[ScopeRow, ...]


def encode(state: State) -> bytes:
    """The bytes of a state."""
    out = bytearray((VERSION,))
    out += state.digest[:8]
    _write_number(out, state.last_id)
    out.append(1 if state.ended else 0)
    _write_number(out, len(state.values))
    for value in state.values:
        _write_value(out, value)
    _write_number(out, len(state.scopes))
    for scope in state.scopes:
        for number in (scope.host, scope.root, len(scope.tokens)):
            _write_number(out, number)
        for token in scope.tokens:
            for number in (token.id, token.node, token.state, token.flow, token.parent):
                _write_number(out, number)
    return bytes(out)


def decode(content: bytes) -> State:
    """The state that the bytes hold; StateUnreadable for anything that `encode` does not write."""
    reader = _Reader(content)
    if reader.byte() != VERSION:
        raise StateUnreadable(because="another version")
    digest = reader.take(8)
    last_id = reader.number()
    ended = reader.byte() == 1
    values = tuple(reader.value() for _ in range(reader.count(MOST_TOKENS)))
    scopes = tuple(reader.scope() for _ in range(reader.count(MOST_SCOPES)))
    if reader.at != len(content):
        raise StateUnreadable(because="bytes are left over")
    return State(digest, last_id, ended, values, scopes)


def _write_number(out: bytearray, number: int) -> None:
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)


def _write_text(out: bytearray, text: str) -> None:
    content = text.encode("utf-8", "surrogatepass")
    _write_number(out, len(content))
    out += content


def _write_value(out: bytearray, value: Value) -> None:
    match value:
        case None:
            out.append(0)
        case True:
            out.append(1)
        case False:
            out.append(2)
        case int():
            out.append(3 if value >= 0 else 4)
            _write_number(out, abs(value))
        case str():
            out.append(5)
            _write_text(out, value)
        case date():
            out.append(6)
            _write_number(out, value.toordinal())
        case Decimal():
            out.append(7)
            _write_text(out, str(value))
        case list():
            out.append(8)
            _write_number(out, len(value))
            for key in value:
                _write_text(out, key)


class _Reader:
    __slots__ = ("at", "content")

    def __init__(self, content: bytes) -> None:
        self.content = bytes(content)
        self.at = 0

    def byte(self) -> int:
        return self.take(1)[0]

    def take(self, count: int) -> bytes:
        taken = self.content[self.at : self.at + count]
        if len(taken) != count:
            raise StateUnreadable(because="it ends too early")
        self.at += count
        return taken

    def number(self) -> int:
        number = shift = 0
        while True:
            byte = self.byte()
            number |= (byte & 127) << shift
            if byte < 128:
                break
            shift += 7
            if shift > 63:
                raise StateUnreadable(because="a number is too long")
        if number > LARGEST_INT:
            raise StateUnreadable(because="a number is too large")
        return number

    def count(self, most: int) -> int:
        count = self.number()
        if count > most:
            raise StateUnreadable(because="it counts too much")
        return count

    def text(self) -> str:
        try:
            return self.take(self.count(LONGEST_TEXT * 4)).decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            raise StateUnreadable(because="a text is damaged") from None

    def value(self) -> Value:
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

    def scope(self) -> ScopeRow:
        host, root = self.number(), self.number()
        return ScopeRow(host, root, tuple(self._token() for _ in range(self.count(MOST_TOKENS))))

    def _token(self) -> TokenRow:
        row: Sequence[int] = [self.number() for _ in range(5)]
        return TokenRow(*row)
