"""The expression language of diagrams: typed, compiled to closures, no attributes, powers or loops."""

from __future__ import annotations

import ast
import builtins
import keyword
import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from engine.core import operations
from engine.core.errors import ExpressionFailed, ExpressionInvalid

LONGEST: Final = 500
MOST_NODES: Final = 120
DEEPEST: Final = 20
MOST_LINES: Final = 50

Compiled = Callable[[Mapping[str, Any]], Any]
Typed = tuple[Compiled, str]

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}\Z")
_ASSIGNMENT = re.compile(r"\s*([^\W\d]\w*)\s*=(?!=)(.*)\Z")
_DECIMAL = re.compile(r"\d{1,18}\.\d{1,10}\Z")
RESERVED: Final = frozenset(dir(builtins)) | frozenset(keyword.kwlist) | {"typename", *operations.FUNCTIONS}
BOTH_NUMBERS: Final = frozenset({"int", "decimal"})


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression: the names it reads, the type of its result, and how to evaluate it."""

    source: str
    names: frozenset[str]
    type: str
    evaluate: Compiled

    def is_true(self, variables: Mapping[str, Any]) -> bool:
        """Whether a condition holds; a missing bool does not."""
        return self.evaluate(variables) is True


@dataclass(frozen=True, slots=True)
class Template:
    """Text with `${expression}` parts, as in `role@${organisation}`."""

    source: str
    parts: tuple[str | Expression, ...]

    @property
    def names(self) -> frozenset[str]:
        """The variables that the template reads."""
        return frozenset().union(*(part.names for part in self.parts if isinstance(part, Expression)))

    def render(self, variables: Mapping[str, Any]) -> str:
        """The text with the values put in; a missing value leaves nothing."""
        return "".join(
            part if isinstance(part, str) else operations.shown(part.evaluate(variables))
            for part in self.parts
        )


def is_name(text: str) -> bool:
    """Whether a variable may be called so: lower case, no leading underscore, nothing that Python knows."""
    return _NAME.match(text) is not None and text not in RESERVED


def bare(text: str) -> str:
    """An expression without the `${}` that BPMN modellers write around it."""
    text = text.strip()
    return text[2:-1].strip() if text.startswith("${") and text.endswith("}") else text


def compiled(text: str, types: Mapping[str, str], wanted: str = "") -> Expression:
    """The expression over the declared types, of the wanted type when one is given; ExpressionInvalid."""
    source = bare(text)
    compiler = _Compiler(source, types)
    evaluate, kind = compiler.compile()
    if wanted and not fits(kind, wanted):
        raise ExpressionInvalid(written=source[:80], wanted=wanted, met=kind)
    return Expression(source, frozenset(compiler.names), kind, evaluate)


def fits(kind: str, wanted: str) -> bool:
    """Whether a value of one type may stand where another is wanted."""
    return kind in (wanted, "none") or (wanted == "decimal" and kind == "int")


def template(text: str, types: Mapping[str, str]) -> Template:
    """The template over the declared types; ExpressionInvalid."""
    if len(text) > LONGEST:
        raise ExpressionInvalid(written=text[:80], because="too long")
    pieces = re.split(r"\$\{([^}]*)\}", text)
    parts = tuple(
        compiled(piece, types) if index % 2 else piece
        for index, piece in enumerate(pieces)
        if piece or index % 2
    )
    return Template(text, parts)


def script(text: str, types: Mapping[str, str]) -> tuple[tuple[str, Expression], ...]:
    """The assignments of a script task, one `NAME = expression` per line; ExpressionInvalid."""
    lines = [line for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]
    if len(lines) > MOST_LINES:
        raise ExpressionInvalid(written=f"{len(lines)} lines", because="too long")
    assignments = []
    for line in lines:
        found = _ASSIGNMENT.match(line)
        if found is None:
            raise ExpressionInvalid(written=line.strip()[:80], because="not NAME = expression")
        name, kind = found[1], types.get(found[1])
        if kind is None:
            raise ExpressionInvalid(written=line.strip()[:80], undeclared=name)
        assignments.append((name, compiled(found[2], types, kind)))
    return tuple(assignments)


class _Compiler:
    """Turns one parsed expression into nested closures, checking names and types on the way."""

    def __init__(self, source: str, types: Mapping[str, str]) -> None:
        self.source = source
        self.types = types
        self.names: set[str] = set()

    def compile(self) -> Typed:
        if not self.source or len(self.source) > LONGEST or "\\" in self.source or "\0" in self.source:
            raise self._refused("empty, too long, or with a backslash")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                tree = ast.parse(self.source, mode="eval").body
        except (SyntaxError, ValueError, MemoryError, RecursionError, Warning) as error:
            raise self._refused("not an expression") from error
        if sum(1 for _ in ast.walk(tree)) > MOST_NODES:
            raise self._refused("too long")
        return self._node(tree, 0)

    def _refused(self, because: str) -> ExpressionInvalid:
        return ExpressionInvalid(written=self.source[:80], because=because)

    def _node(self, node: ast.expr, depth: int) -> Typed:
        if depth > DEEPEST:
            raise self._refused("nested too deep")
        visit = getattr(self, f"_{type(node).__name__.lower()}", None)
        if visit is None:
            raise self._refused(f"{type(node).__name__} is not allowed")
        return visit(node, depth + 1)  # type: ignore[no-any-return]

    def _constant(self, node: ast.Constant, _: int) -> Typed:
        value: Any = node.value
        if isinstance(value, float):
            written = ast.get_source_segment(self.source, node) or ""
            if not _DECIMAL.match(written):
                raise self._refused("a number is too long")
            value = operations.decimal(written)
        kind = {str: "str", int: "int", bool: "bool", type(None): "none"}.get(type(value), "decimal")
        if isinstance(value, bytes | complex) or value is ...:
            raise self._refused("only text, numbers, True, False and None")
        if kind == "int" and value > operations.LARGEST:
            raise self._refused("a number is too long")
        return (lambda _: value), kind

    def _name(self, node: ast.Name, _: int) -> Typed:
        name = node.id
        kind = self.types.get(name)
        if kind is None:
            raise ExpressionInvalid(written=self.source[:80], undeclared=name)
        self.names.add(name)
        return (lambda variables: variables.get(name)), kind

    def _boolop(self, node: ast.BoolOp, depth: int) -> Typed:
        parts = [self._wanted(value, "bool", depth) for value in node.values]
        if isinstance(node.op, ast.And):
            return (lambda variables: all(part(variables) is True for part in parts)), "bool"
        return (lambda variables: any(part(variables) is True for part in parts)), "bool"

    def _unaryop(self, node: ast.UnaryOp, depth: int) -> Typed:
        if isinstance(node.op, ast.Not):
            part = self._wanted(node.operand, "bool", depth)
            return (lambda variables: part(variables) is not True), "bool"
        if isinstance(node.op, ast.USub):
            number, kind = self._node(node.operand, depth)
            self._must(kind in BOTH_NUMBERS, f"- {kind}")
            return (lambda variables: operations.negative(number(variables))), kind
        raise self._refused("this sign is not allowed")

    def _binop(self, node: ast.BinOp, depth: int) -> Typed:
        operation = operations.ARITHMETIC.get(type(node.op))
        if operation is None:
            raise self._refused(f"{type(node.op).__name__} is not allowed")
        (left, first), (right, second) = self._node(node.left, depth), self._node(node.right, depth)
        kind = operation.result(first, second)
        self._must(bool(kind), f"{first} {operation.sign} {second}")
        act = operation.act
        return (lambda variables: act(left(variables), right(variables))), kind

    def _ifexp(self, node: ast.IfExp, depth: int) -> Typed:
        test = self._wanted(node.test, "bool", depth)
        (yes, first), (no, second) = self._node(node.body, depth), self._node(node.orelse, depth)
        self._must(_alike(first, second), f"{first} or {second}")
        kind = second if first == "none" else "decimal" if {first, second} == BOTH_NUMBERS else first
        return (lambda variables: yes(variables) if test(variables) is True else no(variables)), kind

    def _compare(self, node: ast.Compare, depth: int) -> Typed:
        if len(node.ops) != 1:
            raise self._refused("compare two values at a time")
        act = operations.COMPARISONS.get(type(node.ops[0]))
        if act is None:
            raise self._refused(f"{type(node.ops[0]).__name__} is not allowed")
        left, first = self._node(node.left, depth)
        if isinstance(node.ops[0], ast.In | ast.NotIn):
            right = self._collection(node.comparators[0], first, depth)
        else:
            right, second = self._node(node.comparators[0], depth)
            ordered = not isinstance(node.ops[0], ast.Eq | ast.NotEq | ast.Is | ast.IsNot)
            self._must(_alike(first, second), f"{first} beside {second}")
            self._must(not ordered or first in ("int", "decimal", "date", "str"), f"{first} has no order")
            if isinstance(node.ops[0], ast.Is | ast.IsNot):
                self._must(second == "none", "`is` only with None")
        return (lambda variables: act(left(variables), right(variables))), "bool"

    def _collection(self, node: ast.expr, kind: str, depth: int) -> Compiled:
        if isinstance(node, ast.Tuple | ast.List):
            parts = [self._node(part, depth) for part in node.elts]
            self._must(all(_alike(kind, other) for _, other in parts), f"{kind} among other types")
            return lambda variables: [part(variables) for part, _ in parts]
        collection, other = self._node(node, depth)
        self._must(kind == "str" and other == "list", f"{kind} in {other}")
        return lambda variables: collection(variables) or ()

    def _call(self, node: ast.Call, depth: int) -> Typed:
        function = operations.FUNCTIONS.get(node.func.id) if isinstance(node.func, ast.Name) else None
        if function is None or node.keywords:
            raise self._refused("there is no such function")
        parts = [self._node(argument, depth) for argument in node.args]
        kind = function.result(tuple(other for _, other in parts))
        self._must(bool(kind), f"the arguments of {function.name}")
        arguments, act = [part for part, _ in parts], function.act
        return (lambda variables: act(*[part(variables) for part in arguments])), kind

    def _wanted(self, node: ast.expr, kind: str, depth: int) -> Compiled:
        part, met = self._node(node, depth)
        self._must(fits(met, kind), f"{met} where {kind} is wanted")
        return part

    def _must(self, holds: bool, because: str) -> None:
        if not holds:
            raise self._refused(because)


def _alike(first: str, second: str) -> bool:
    return first == second or "none" in (first, second) or {first, second} == BOTH_NUMBERS


def assigned(assignments: tuple[tuple[str, Expression], ...], variables: dict[str, Any]) -> dict[str, Any]:
    """The variables after a script ran, the old ones untouched; ExpressionFailed."""
    after = dict(variables)
    for name, expression in assignments:
        try:
            after[name] = expression.evaluate(after)
        except ExpressionFailed as error:
            raise ExpressionFailed(written=expression.source[:80], **error.details) from error
    return after
