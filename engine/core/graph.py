"""Any values as bytes and back: every object is written once, so what was shared is shared again."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from itertools import chain
from types import ModuleType
from typing import Any, Final, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from engine.core.errors import StateUnreadable, StateUnstorable
from engine.core.stream import Stream, write_number

# What an item says: nothing, true, false, or 3 + 2k the record k, or 4 + 2k the number k.
FIRST: Final = 3
LARGEST_INLINE: Final = 2**56

INT, FLOAT, TEXT, BYTES, ID = range(5)
LIST, TUPLE, DICT, SET, FROZEN, DATE, TIME, MOMENT, SPAN, DECIMAL, PLAIN, FOREIGN = range(16, 28)

# What reading bytes that `pack` did not write may raise, from here or from a converter of the registry.
DAMAGES: Final = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, struct.error)


class Foreign(Protocol):
    """What stands outside plain values, told in plain values and made again from them."""

    def told(self, value: Any) -> Any:
        """Plain values that stand for an object; None when it has no stored form."""

    def made(self, told: Any) -> Any:
        """The object again."""


@dataclass(slots=True)
class _Open:
    """An object whose parts are being written."""

    key: int
    tag: int
    parts: Iterator[Any]
    codes: list[int]


def pack(value: Any, foreign: Foreign) -> bytes:
    """A value and everything that it reaches; StateUnstorable for a circle or a type without a form."""
    writer = _Writer(foreign)
    code = writer.item(value)
    out = bytearray()
    write_number(out, writer.count)
    out += writer.out
    write_number(out, code)
    return bytes(out)


def unpack(content: bytes, foreign: Foreign) -> Any:
    """The value again; StateUnreadable."""
    reader = _Reader(content, foreign)
    try:
        value = reader.whole()
    except DAMAGES as error:
        raise StateUnreadable(because="a value is damaged") from error
    if not reader.is_over:
        raise StateUnreadable(because="bytes are left over")
    return value


class _Writer:
    """Records are written children first, without recursion, so that depth costs nothing."""

    def __init__(self, foreign: Foreign) -> None:
        self.foreign = foreign
        self.out = bytearray()
        self.count = 0
        self.atoms: dict[Any, int] = {}
        self.objects: dict[int, int | None] = {}
        self.kept: list[Any] = []

    def item(self, value: Any) -> int:
        known = self._known(value)
        if known is not None:
            return known
        stack = [self._opened(value)]
        while True:
            top = stack[-1]
            for part in top.parts:
                code = self._known(part)
                if code is None:
                    stack.append(self._opened(part))
                    break
                top.codes.append(code)
            else:
                code = self._closed(stack.pop())
                if not stack:
                    return code
                stack[-1].codes.append(code)

    def _known(self, value: Any) -> int | None:
        if value is None or value is True or value is False:
            return 0 if value is None else 1 if value is True else 2
        kind: type = type(value)
        if kind is int and 0 <= value < LARGEST_INLINE:
            return FIRST + 1 + 2 * int(value)
        if kind in _ATOMS:
            return self._atom(value, kind)
        if id(value) not in self.objects:
            return None
        code = self.objects[id(value)]
        if code is None:
            raise StateUnstorable(type=kind.__name__, because="it holds itself")
        return code

    def _atom(self, value: Any, kind: type) -> int:
        tag, told = _ATOMS[kind]
        content = told(value)
        code = self.atoms.get((tag, content))
        if code is None:
            self._begin(tag, len(content))
            self.out += content
            code = self.atoms[tag, content] = self._end()
        return code

    def _opened(self, value: Any) -> _Open:
        tag, parts = self._parts(value)
        self.objects[id(value)] = None
        self.kept.append(value)  # an id is good while its object lives
        return _Open(id(value), tag, iter(parts), [])

    def _closed(self, done: _Open) -> int:
        self._begin(done.tag, len(done.codes))
        for code in done.codes:
            write_number(self.out, code)
        code = self.objects[done.key] = self._end()
        return code

    def _begin(self, tag: int, length: int) -> None:
        self.out.append(tag)
        write_number(self.out, length)

    def _end(self) -> int:
        self.count += 1
        return FIRST + 2 * (self.count - 1)

    def _parts(self, value: Any) -> tuple[int, Iterable[Any]]:
        exact = _PARTS.get(type(value))
        if exact is not None:
            return exact[0], exact[1](value)
        told = self.foreign.told(value)
        if told is not None:
            return FOREIGN, (told,)
        for kind, (tag, parts) in _PARTS.items():
            if isinstance(value, kind):
                return tag, parts(value)
        if not _is_kept(value):
            return PLAIN, (None,)
        raise StateUnstorable(type=type(value).__name__)


def _is_kept(value: Any) -> bool:
    """As in the library: functions, classes and modules are no values, and their names are left out."""
    return not (callable(value) or isinstance(value, ModuleType))


def _pairs(value: dict[Any, Any]) -> Iterable[Any]:
    return chain.from_iterable(pair for pair in value.items() if _is_kept(pair[1]))


def _clock(moment: datetime | time) -> Iterable[Any]:
    zone = moment.tzinfo
    named = zone.key if isinstance(zone, ZoneInfo) else None
    return moment.replace(tzinfo=None, fold=0).isoformat(), moment.fold, named or moment.utcoffset()


def _at(zone: Any) -> tzinfo | None:
    if zone is None:
        return None
    return ZoneInfo(zone) if isinstance(zone, str) else timezone(zone)


def _integer(number: int) -> bytes:
    return number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True)


_ATOMS: Final[dict[type, tuple[int, Callable[[Any], bytes]]]] = {
    int: (INT, _integer),
    float: (FLOAT, struct.Struct(">d").pack),
    str: (TEXT, lambda text: text.encode("utf-8", "surrogatepass")),
    bytes: (BYTES, bytes),
    UUID: (ID, lambda key: key.bytes),
}
_READ: Final[dict[int, Callable[[bytes], Any]]] = {
    INT: lambda content: int.from_bytes(content, "big", signed=True),
    FLOAT: lambda content: struct.unpack(">d", content)[0],
    TEXT: lambda content: content.decode("utf-8", "surrogatepass"),
    BYTES: bytes,
    ID: lambda content: UUID(bytes=content),
}
# After the exact types an object is read as the first of these that it is an instance of.
_PARTS: Final[dict[type, tuple[int, Callable[[Any], Iterable[Any]]]]] = {
    dict: (DICT, _pairs),
    list: (LIST, list),
    tuple: (TUPLE, tuple),
    set: (SET, lambda items: sorted(items, key=repr)),
    frozenset: (FROZEN, lambda items: sorted(items, key=repr)),
    datetime: (MOMENT, _clock),
    date: (DATE, lambda day: (day.toordinal(),)),
    time: (TIME, _clock),
    timedelta: (SPAN, lambda span: (span.days, span.seconds, span.microseconds)),
    Decimal: (DECIMAL, lambda number: (str(number),)),
    str: (PLAIN, lambda text: (str.__str__(text),)),
    int: (PLAIN, lambda number: (int(number),)),
    float: (PLAIN, lambda number: (float(number),)),
    bytes: (PLAIN, lambda content: (bytes(content),)),
}
_MAKE: Final[dict[int, Callable[[list[Any]], Any]]] = {
    LIST: list,
    TUPLE: tuple,
    DICT: lambda parts: dict(zip(parts[::2], parts[1::2], strict=True)),
    SET: set,
    FROZEN: frozenset,
    DATE: lambda parts: date.fromordinal(*parts),
    TIME: lambda parts: time.fromisoformat(parts[0]).replace(fold=parts[1], tzinfo=_at(parts[2])),
    MOMENT: lambda parts: datetime.fromisoformat(parts[0]).replace(fold=parts[1], tzinfo=_at(parts[2])),
    SPAN: lambda parts: timedelta(*parts),
    DECIMAL: lambda parts: Decimal(*parts),
    PLAIN: lambda parts: parts[0],
}


class _Reader(Stream):
    def __init__(self, content: bytes, foreign: Foreign) -> None:
        super().__init__(content)
        self.foreign = foreign
        self.made: list[Any] = []

    def whole(self) -> Any:
        for _ in range(self.number()):
            self.made.append(self._record())
        return self._item()

    def _record(self) -> Any:
        tag = self.byte()
        length = self.number()
        if tag in _READ:
            return _READ[tag](self.take(length))
        parts = [self._item() for _ in range(length)]
        if tag == FOREIGN:
            return self.foreign.made(*parts)
        return _MAKE[tag](parts)

    def _item(self) -> Any:
        code = self.number()
        if code < FIRST:
            return (None, True, False)[code]
        index, number = divmod(code - FIRST, 2)
        return index if number else self.made[index]
