"""The cells of decision tables: unary tests and values, read into sets of values of one type."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from engine.core.errors import CellInvalid

LONGEST: Final = 4000
MOST_DIGITS: Final = 28
LARGEST: Final = 2**63 - 1
ORDERED: Final = frozenset({"int", "decimal", "date"})
_ESCAPES: Final = {'"': '"', "'": "'", "\\": "\\", "/": "/", "n": "\n", "r": "\r", "t": "\t"}
_TOKEN: Final = re.compile(
    r"""(?P<string>"(?:[^"\\]|\\.)*")
    | (?P<date>(?:date\s*\(\s*"[^"]*"\s*\)|@"[^"]*"))
    | (?P<time>(?:date\s+and\s+time|time|duration)\s*\()
    | (?P<number>-?(?:\d+(?:\.\d+)?|\.\d+)(?![\w]))
    | (?P<dots>\.\.)
    | (?P<sign><=|>=|!=|<|>|=)
    | (?P<mark>[\[\](),])
    | (?P<word>[^\W\d]\w*)""",
    re.VERBOSE,
)
_ESCAPED: Final = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_PIECE: Final = re.compile(r'"(?:[^"\\]|\\.)*"|,|[^,"]+|"', re.DOTALL)
_NO_TEXT: Final = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Span:
    """Values between two ends, each of them inside or not; an end that is None is open for ever."""

    low: Any = None
    high: Any = None
    low_in: bool = True
    high_in: bool = True

    def holds(self, value: Any) -> bool:
        """Whether a value lies in the span."""
        if self.low is not None and not (value >= self.low if self.low_in else value > self.low):
            return False
        return self.high is None or bool(value <= self.high if self.high_in else value < self.high)


@dataclass(frozen=True, slots=True)
class Cell:
    """The values that a cell accepts: its spans, or all outside them; a missing value only by `null`."""

    spans: tuple[Span, ...]
    inverted: bool = False
    null: bool = False

    def matches(self, value: Any) -> bool:
        """Whether the cell accepts a value; None is a missing one."""
        if value is None:
            return self.null
        return self.inverted != any(span.holds(value) for span in self.spans)

    @property
    def says_null(self) -> bool:
        """Whether the cell accepts a missing value by name, not as anything."""
        return self.null and self != ANYTHING

    @property
    def values(self) -> tuple[Any, ...]:
        """The single values that the cell writes, in order."""
        return tuple(span.low for span in self.spans if span.low is not None and span.low == span.high)


ANYTHING: Final = Cell((), inverted=True, null=True)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a cell: what it is and how it is written."""

    kind: str
    text: str


def unary_test(text: str, kind: str) -> Cell:
    """The test of a cell over values of a type; CellInvalid."""
    text = text.strip()
    if text in ("", "-"):
        return ANYTHING
    tokens = _tokens(text)
    if [token.text for token in tokens[:2]] == ["not", "("] and tokens[-1].text == ")":
        inner = _Reader(text, tokens[2:-1], kind).alternatives()
        return Cell(inner.spans, inverted=True)
    if tokens[0].text == "!=":
        inner = _Reader(text, tokens[1:], kind).one_value()
        return Cell(inner.spans, inverted=True)
    return _Reader(text, tokens, kind).alternatives()


def literal(text: str, kind: str) -> Any:
    """The one value that is written, of a type; None for `null`; CellInvalid."""
    text = text.strip()
    return _Reader(text, _tokens(text), kind).lone()


def is_literal(text: str) -> bool:
    """Whether the text is one value, of whatever type, and no expression."""
    try:
        tokens = _tokens(text.strip())
    except CellInvalid:
        return False
    first = tokens[0] if len(tokens) == 1 else Token("", "")
    return first.kind in ("string", "date", "number") or first.text in ("true", "false", "null")


def split_cell(text: str) -> tuple[str, ...]:
    """The alternatives of a cell as written, divided by the commas outside quotes."""
    parts = [""]
    for piece in _PIECE.findall(text):
        if piece == ",":
            parts.append("")
        else:
            parts[-1] += piece
    return tuple(part.strip() for part in parts)


def _tokens(text: str) -> tuple[Token, ...]:
    if len(text) > LONGEST:
        raise CellInvalid("cell_long", text)
    tokens, at = [], 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            raise CellInvalid("cell_unreadable", text)
        if found.lastgroup == "time":
            raise CellInvalid("cell_time", text)
        tokens.append(Token(found.lastgroup, found[0]))
        at = found.end()
    if not tokens:
        raise CellInvalid("cell_unreadable", text)
    return tuple(tokens)


class _Reader:
    """Reads the tokens of one cell, from left to right and without looking back."""

    def __init__(self, text: str, tokens: tuple[Token, ...], kind: str) -> None:
        self.text = text
        self.tokens = list(tokens)
        self.kind = kind

    def alternatives(self) -> Cell:
        """Values, comparisons and intervals with commas between them, to the end."""
        spans, null = list[Span](), False
        while True:
            if self._next().text == "null":
                self.tokens.pop(0)
                null = True
            else:
                spans.append(self._span())
            if not self.tokens:
                return Cell(tuple(spans), null=null)
            if self.tokens.pop(0).text != ",":
                raise self._wrong("cell_unreadable")

    def one_value(self) -> Cell:
        """One value or null, to the end."""
        value = self.lone()
        return Cell(()) if value is None else Cell((Span(value, value),))

    def lone(self) -> Any:
        """One value to the end, None for null."""
        value = None if self._next().text == "null" else self._value()
        if value is None:
            self.tokens.pop(0)
        if self.tokens:
            raise self._wrong("cell_unreadable")
        return value

    def _span(self) -> Span:
        first = self._next()
        if first.text in ("[", "]", "("):
            return self._interval()
        if first.kind == "sign":
            self.tokens.pop(0)
            return self._compared(first.text, self._value())
        value = self._value()
        return Span(value, value)

    def _interval(self) -> Span:
        left = self.tokens.pop(0).text
        low = self._value()
        if self._next().kind != "dots":
            raise self._wrong("cell_unreadable")
        self.tokens.pop(0)
        high = self._value()
        right = self._next().text
        if right not in ("]", "[", ")"):
            raise self._wrong("cell_unreadable")
        self.tokens.pop(0)
        self._must_order()
        low_in, high_in = left == "[", right == "]"
        if low > high or (low == high and not (low_in and high_in)):
            raise self._wrong("cell_turned")
        return Span(low, high, low_in, high_in)

    def _compared(self, sign: str, value: Any) -> Span:
        if sign == "=":
            return Span(value, value)
        if sign == "!=":
            raise self._wrong("cell_unreadable")
        self._must_order()
        if sign.startswith("<"):
            return Span(high=value, high_in=sign == "<=")
        return Span(low=value, low_in=sign == ">=")

    def _must_order(self) -> None:
        if self.kind not in ORDERED:
            raise self._wrong("cell_order")

    def _next(self) -> Token:
        if not self.tokens:
            raise self._wrong("cell_unreadable")
        return self.tokens[0]

    def _value(self) -> Any:
        token = self._next()
        self.tokens.pop(0)
        if token.kind == "word" and token.text not in ("true", "false"):
            raise self._wrong("cell_unreadable" if token.text in ("not", "null") else "cell_name")
        met, value = self._met(token)
        # A column of whole numbers may be divided at a half.
        if met != self.kind and {met, self.kind} != {"int", "decimal"}:
            raise CellInvalid("cell_type", self.text, wanted=self.kind, met=met)
        return Decimal(value) if self.kind == "decimal" and met == "int" else value

    def _met(self, token: Token) -> tuple[str, Any]:
        match token.kind:
            case "string":
                return "str", self._unescaped(token.text[1:-1])
            case "date":
                return "date", self._day(token.text)
            case "number":
                return self._number(token.text)
            case "word":
                return "bool", token.text == "true"
        raise self._wrong("cell_unreadable")

    def _number(self, text: str) -> tuple[str, Any]:
        if len(text.lstrip("-").replace(".", "")) > MOST_DIGITS:
            raise self._wrong("cell_number")
        if "." in text:
            return "decimal", Decimal(text)
        if abs(int(text)) > LARGEST:
            raise self._wrong("cell_number")
        return "int", int(text)

    def _day(self, text: str) -> date:
        written = text.split('"')[1]
        if "T" in written:
            raise self._wrong("cell_time")
        try:
            if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", written):
                raise ValueError(written)
            return date.fromisoformat(written)
        except ValueError:
            raise self._wrong("cell_day") from None

    def _unescaped(self, text: str) -> str:
        def plain(found: re.Match[str]) -> str:
            mark = found[1]
            if len(mark) == 5:
                return chr(int(mark[1:], 16))
            if mark not in _ESCAPES:
                raise self._wrong("cell_escape")
            return _ESCAPES[mark]

        value = _ESCAPED.sub(plain, text)
        if _NO_TEXT.search(value):
            raise self._wrong("cell_escape")
        return value

    def _wrong(self, kind: str) -> CellInvalid:
        return CellInvalid(kind, self.text)
