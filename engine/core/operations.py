"""What the expression language can compute: bounded arithmetic, comparisons and a few functions."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Context, Decimal, DecimalException, DivisionByZero, Inexact, InvalidOperation, Overflow
from typing import Any, Final

from engine.core.errors import ExpressionFailed

LARGEST: Final = 2**63 - 1
LONGEST_TEXT: Final = 4000
_EXACT: Final = Context(prec=28, Emax=28, Emin=-28, traps=[InvalidOperation, DivisionByZero, Overflow])
_TOTALS: Final = Context(prec=28, Emax=28, Emin=-28, traps=[InvalidOperation, Overflow, Inexact])


@dataclass(frozen=True, slots=True)
class Operation:
    """One arithmetic sign: the type of its result for two types ("" when refused) and the act."""

    sign: str
    result: Callable[[str, str], str]
    act: Callable[[Any, Any], Any]


@dataclass(frozen=True, slots=True)
class Function:
    """One function: the type of its result for the types of its arguments ("" when refused) and the act."""

    name: str
    result: Callable[[tuple[str, ...]], str]
    act: Callable[..., Any]


def decimal(text: str) -> Decimal:
    """A decimal literal."""
    return Decimal(text)


def shown(value: Any) -> str:
    """A value as a template shows it."""
    return "" if value is None else str(value)


def negative(value: Any) -> Any:
    """The number with its sign turned."""
    return -_present(value)


def _present(value: Any) -> Any:
    if value is None:
        raise ExpressionFailed(because="a value is missing")
    return value


def _bounded(value: int) -> int:
    if abs(value) > LARGEST:
        raise ExpressionFailed(because="a number is too large")
    return value


def _numbers(
    whole: Callable[[int, int], int], exact: Callable[[Any, Any], Decimal]
) -> Callable[[Any, Any], Any]:
    def act(left: Any, right: Any) -> Any:
        left, right = _present(left), _present(right)
        try:
            if type(left) is int and type(right) is int:
                return _bounded(whole(left, right))
            return exact(Decimal(left), Decimal(right))
        except (DecimalException, ZeroDivisionError) as error:
            raise ExpressionFailed(because="the numbers cannot be computed") from error

    return act


_add_numbers = _numbers(lambda a, b: a + b, _EXACT.add)
_add_exactly = _numbers(lambda a, b: a + b, _TOTALS.add)


def _add(left: Any, right: Any) -> Any:
    if isinstance(left, str) and isinstance(right, str):
        if len(left) + len(right) > LONGEST_TEXT:
            raise ExpressionFailed(because="a text is too long")
        return left + right
    return _add_numbers(left, right)


def _divide(left: Any, right: Any) -> Decimal:
    try:
        return _EXACT.divide(Decimal(_present(left)), Decimal(_present(right)))
    except DecimalException as error:
        raise ExpressionFailed(because="the numbers cannot be computed") from error


def _numeric(first: str, second: str) -> str:
    if first == second == "int":
        return "int"
    return "decimal" if {first, second} <= {"int", "decimal"} else ""


def _summed(first: str, second: str) -> str:
    return "str" if first == second == "str" else _numeric(first, second)


def _whole(first: str, second: str) -> str:
    return "int" if first == second == "int" else ""


ARITHMETIC: Final[dict[type[ast.operator], Operation]] = {
    ast.Add: Operation("+", _summed, _add),
    ast.Sub: Operation("-", _numeric, _numbers(lambda a, b: a - b, _EXACT.subtract)),
    ast.Mult: Operation("*", _numeric, _numbers(lambda a, b: a * b, _EXACT.multiply)),
    ast.Div: Operation("/", lambda a, b: "decimal" if _numeric(a, b) else "", _divide),
    ast.FloorDiv: Operation("//", _whole, _numbers(lambda a, b: a // b, _EXACT.divide_int)),
    ast.Mod: Operation("%", _whole, _numbers(lambda a, b: a % b, _EXACT.remainder)),
}

COMPARISONS: Final[dict[type[ast.cmpop], Callable[[Any, Any], bool]]] = {
    ast.Eq: lambda a, b: a == b,
    ast.NotEq: lambda a, b: a != b,
    ast.Is: lambda a, b: a is b,
    ast.IsNot: lambda a, b: a is not b,
    ast.Lt: lambda a, b: _present(a) < _present(b),
    ast.LtE: lambda a, b: _present(a) <= _present(b),
    ast.Gt: lambda a, b: _present(a) > _present(b),
    ast.GtE: lambda a, b: _present(a) >= _present(b),
    ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
}


def _extreme(kinds: tuple[str, ...]) -> str:
    if len(kinds) < 2:
        return ""
    if set(kinds) <= {"int", "decimal"}:
        return "decimal" if "decimal" in kinds else "int"
    return kinds[0] if set(kinds) in ({"date"}, {"str"}) else ""


def _rounded(value: Any, places: int) -> Decimal:
    if not 0 <= _present(places) <= 6:
        raise ExpressionFailed(because="round to 0 to 6 places")
    try:
        return Decimal(_present(value)).quantize(Decimal(1).scaleb(-places), context=_EXACT)
    except DecimalException as error:
        raise ExpressionFailed(because="the numbers cannot be computed") from error


def _later(day: Any, days: Any) -> date:
    try:
        return _present(day) + timedelta(days=_present(days))  # type: ignore[no-any-return]
    except OverflowError as error:
        raise ExpressionFailed(because="there is no such day") from error


def _exactly(result: str, *wanted: frozenset[str]) -> Callable[[tuple[str, ...]], str]:
    def kind(kinds: tuple[str, ...]) -> str:
        fits = len(kinds) == len(wanted) and all(a in b for a, b in zip(kinds, wanted, strict=True))
        return result if fits else ""

    return kind


_NUMBER, _TEXT, _DAY = frozenset({"int", "decimal"}), frozenset({"str"}), frozenset({"date"})
_SIZED, _INT = frozenset({"str", "list"}), frozenset({"int"})
_ANY = frozenset({"str", "int", "decimal", "date"})

FUNCTIONS: Final[dict[str, Function]] = {
    function.name: function
    for function in (
        Function("len", _exactly("int", _SIZED), lambda value: len(value or ())),
        Function("min", _extreme, lambda *values: min(_present(value) for value in values)),
        Function("max", _extreme, lambda *values: max(_present(value) for value in values)),
        Function(
            "abs", lambda kinds: _numeric(*kinds * 2) if len(kinds) == 1 else "", lambda v: abs(_present(v))
        ),
        Function("round", _exactly("decimal", _NUMBER, _INT), _rounded),
        Function("str", _exactly("str", _ANY), shown),
        Function("lower", _exactly("str", _TEXT), lambda value: shown(value).lower()),
        Function("days_between", _exactly("int", _DAY, _DAY), lambda a, b: (_present(b) - _present(a)).days),
        Function("add_days", _exactly("date", _DAY, _INT), _later),
    )
}


def total(values: Iterable[Any]) -> Any:
    """The exact sum of present numbers: whole numbers stay whole; ExpressionFailed beyond 28 digits."""
    found: Any = 0
    for value in values:
        found = _add_exactly(found, value)
    return found
