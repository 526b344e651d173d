"""Draws a BPMN diagram as SVG, coloured by how often its flows and boundary events were passed.

The page of a case draws with a program that needs a browser; a report of tests must not. They look alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Any, Final
from xml.etree import ElementTree

from tests.plugins.coverage_symbols import event_symbol, gateway_symbol, task_symbol

_BPMN: Final = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_DI: Final = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_DC: Final = "{http://www.omg.org/spec/DD/20100524/DC}"
_WAY: Final = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
_MARGIN: Final = 24
_FOOT: Final = 56
_STYLE: Final = """
text { font: 12px 'Noto Sans', 'Segoe UI', Arial, sans-serif; fill: #1b2126; }
.pool, .lane { fill: none; stroke: #9aa5ab; }
.task, .gateway, .event { fill: #fff; stroke: #5b676e; stroke-width: 1.5; }
.taken { stroke: #14563f; fill: #e3f1ea; }
.missed { stroke: #b3261e; fill: #fbe7e5; }
.flow { fill: none; stroke: #5b676e; stroke-width: 1.5; }
.flow.taken { stroke: #14563f; stroke-width: 2.5; fill: none; }
.flow.missed { stroke: #b3261e; stroke-width: 2.5; stroke-dasharray: 7 4; fill: none; }
.other { fill: none; stroke: #9aa5ab; stroke-dasharray: 3 3; }
.symbol { fill: none; stroke: #37424a; stroke-width: 1.4; }
.symbol.full { fill: #37424a; }
.badge.taken { fill: #14563f; stroke: #fff; } .badge.missed { fill: #b3261e; stroke: #fff; }
.number { fill: #fff; font-size: 11px; font-weight: 700; text-anchor: middle; }
.label { paint-order: stroke; stroke: #fff; stroke-width: 3px; }
.head { font-size: 15px; font-weight: 700; }
"""


@dataclass(frozen=True)
class Box:
    """A rectangle of the drawing."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2


def drawn(xml: str, times: Mapping[str, int], *, title: str) -> str:
    """The SVG of a BPMN file with its drawing; `times` counts flows and boundary events, 0 for never."""
    return _Drawing(ElementTree.fromstring(xml), times, title).svg()


class _Drawing:
    def __init__(self, root: Any, times: Mapping[str, int], title: str) -> None:
        self.times, self.title = times, title
        self.nodes = {node.get("id"): node for node in root.iter() if node.get("id")}
        self.shapes = {shape.get("bpmnElement", ""): shape for shape in root.iter(f"{_DI}BPMNShape")}
        self.edges = {edge.get("bpmnElement", ""): edge for edge in root.iter(f"{_DI}BPMNEdge")}

    def svg(self) -> str:
        boxes = [_bounds(shape) for shape in self.shapes.values()]
        left, top = min(box.x for box in boxes) - _MARGIN, min(box.y for box in boxes) - _MARGIN - 28
        width = max(box.x + box.width for box in boxes) + _MARGIN - left
        height = max(box.y + box.height for box in boxes) + _MARGIN + _FOOT - top
        inside = "\n".join([*self._surfaces(), *self._flows(), *self._elements(), *self._badges()])
        told = f"{self.title}: {self._words()}"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left} {top} {width} {height}" '
            f'width="{width}" height="{height}" role="img" aria-label="{escape(told)}">\n'
            f"<title>{escape(told)}</title>\n<style>{_STYLE}</style>\n{_ARROWS}\n"
            f'<rect x="{left}" y="{top}" width="{width}" height="{height}" fill="#fff"/>\n'
            f'<text class="head" x="{left + _MARGIN}" y="{top + 30}">{escape(self.title)}</text>\n'
            f"{inside}\n{self._legend(left + _MARGIN, top + height - _FOOT + 12)}\n</svg>\n"
        )

    def _words(self) -> str:
        taken = sum(1 for count in self.times.values() if count)
        return f"{taken}/{len(self.times)} ({100 * taken / max(len(self.times), 1):.1f} %)"

    def _surfaces(self) -> Iterator[str]:
        for key, shape in self.shapes.items():
            kind = self._kind(key)
            if kind not in ("participant", "lane"):
                continue
            box = _bounds(shape)
            name = escape(self.nodes[key].get("name", ""))
            x, y = box.x + 18, box.y + box.height / 2
            yield _rect(box, "pool" if kind == "participant" else "lane")
            yield f'<text x="{x}" y="{y}" text-anchor="middle" transform="rotate(-90 {x} {y})">{name}</text>'

    def _flows(self) -> Iterator[str]:
        for key, edge in self.edges.items():
            points = " ".join(f"{x},{y}" for x, y in _points(edge))
            kind = self._kind(key)
            if kind != "sequenceFlow":
                yield f'<polyline class="other" points="{points}"/>'
                continue
            how = self._how(key)
            yield f'<polyline class="flow {how}" points="{points}" marker-end="url(#{how or "plain"})"/>'
            yield from self._label(edge, self.nodes[key].get("name", ""))

    def _elements(self) -> Iterator[str]:
        for key, shape in self.shapes.items():
            kind, box, node = self._kind(key), _bounds(shape), self.nodes.get(key)
            if node is None or kind in ("participant", "lane"):
                continue
            how, name = self._passed(key), node.get("name", "")
            if kind.endswith("Gateway"):
                yield _diamond(box, f"gateway {how}") + gateway_symbol(kind, *box.middle)
                yield from self._label(shape, name)
            elif kind.endswith("Event"):
                yield _event(node, kind, box, how)
                yield from self._label(shape, name)
            elif kind.endswith("Task") or kind in ("task", "subProcess", "callActivity"):
                yield _rect(box, f"task {how}", corner=8) + task_symbol(node, kind, box.x, box.y, box)
                yield _lines(name, box, top=kind == "subProcess")
            else:
                yield _rect(box, "other")
                yield _lines(name or "".join(node.itertext()).strip(), box)

    def _badges(self) -> Iterator[str]:
        for key, count in self.times.items():
            if key in self.edges:
                yield _badge(*_halfway(_points(self.edges[key])), count)
            elif key in self.shapes:
                box = _bounds(self.shapes[key])
                yield _badge(box.x + box.width, box.y + 3, count)

    def _kind(self, key: str) -> str:
        node = self.nodes.get(key)
        return str(node.tag).rpartition("}")[2] if node is not None else ""

    def _how(self, key: str) -> str:
        return "" if key not in self.times else "taken" if self.times[key] else "missed"

    def _passed(self, key: str) -> str:
        """A boundary event is counted itself; another element was passed if a flow at it was."""
        if key in self.times:
            return self._how(key)
        flows = [
            flow for flow, one in self.nodes.items() if key in (one.get("sourceRef"), one.get("targetRef"))
        ]
        counted = [self._how(flow) for flow in flows if flow in self.times]
        return "" if not counted else "taken" if "taken" in counted else "missed"

    def _label(self, drawing: Any, name: str) -> Iterator[str]:
        place = drawing.find(f"{_DI}BPMNLabel/{_DC}Bounds")
        if place is not None and name:
            yield _lines(name, _box(place), klass="label")

    def _legend(self, x: float, y: float) -> str:
        return (
            f'<line class="flow taken" x1="{x}" y1="{y}" x2="{x + 34}" y2="{y}"/>'
            f'<text x="{x + 42}" y="{y + 4}">iziets · taken</text>'
            f'<line class="flow missed" x1="{x + 150}" y1="{y}" x2="{x + 184}" y2="{y}"/>'
            f'<text x="{x + 192}" y="{y + 4}">nav iziets · not taken</text>{_badge(x + 352, y, 3)}'
            f'<text x="{x + 368}" y="{y + 4}">cik reižu · how often</text>'
            f'<text x="{x}" y="{y + 26}">Plūsmas un robežnotikumi · Sequence flows and boundary events: '
            f"{self._words()}</text>"
        )


_ARROWS: Final = "<defs>" + "".join(
    f'<marker id="{name}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9" '
    f'markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 L10 5 L0 10 z" fill="{colour}"/></marker>'
    for name, colour in (("taken", "#14563f"), ("missed", "#b3261e"), ("plain", "#5b676e"))
) + "</defs>"  # fmt: skip


def _event(node: Any, kind: str, box: Box, how: str) -> str:
    x, y = box.middle
    radius = box.width / 2
    dashed = ' stroke-dasharray="4 3"' if node.get("cancelActivity") == "false" else ""
    thick = ' style="stroke-width:4"' if kind == "endEvent" else ""
    inner = "" if kind in ("startEvent", "endEvent") else _circle(x, y, radius - 3, how, dashed)
    return _circle(x, y, radius, how, dashed + thick) + inner + event_symbol(node, kind, x, y)


def _circle(x: float, y: float, radius: float, how: str, more: str) -> str:
    return f'<circle class="event {how}" cx="{x}" cy="{y}" r="{radius}"{more}/>'


def _rect(box: Box, klass: str, corner: int = 0) -> str:
    size = f'x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}"'
    return f'<rect class="{klass}" {size} rx="{corner}"/>'


def _diamond(box: Box, klass: str) -> str:
    x, y = box.middle
    points = f"{x},{box.y} {box.x + box.width},{y} {x},{box.y + box.height} {box.x},{y}"
    return f'<polygon class="{klass}" points="{points}"/>'


def _badge(x: float, y: float, count: int) -> str:
    how = "taken" if count else "missed"
    wide = max(16, 7 + 7 * len(str(count)))
    return (
        f'<rect class="badge {how}" x="{x - wide / 2}" y="{y - 8}" width="{wide}" height="16" rx="8"/>'
        f'<text class="number" x="{x}" y="{y + 4}">{count}</text>'
    )


def _lines(text: str, box: Box, *, klass: str = "", top: bool = False) -> str:
    """A text over as many lines as it needs in the width of the box."""
    most, lines = max(int(box.width / 6.4), 6), [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > most:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    x, y = box.middle
    y = box.y + 18 if top else y - (len(lines) - 1) * 7.5 + 4
    spans = "".join(
        f'<tspan x="{x}" y="{y + at * 15}">{escape(line)}</tspan>' for at, line in enumerate(lines)
    )
    return f'<text class="{klass}" text-anchor="middle">{spans}</text>'


def _bounds(shape: Any) -> Box:
    return _box(shape.find(f"{_DC}Bounds"))


def _box(bounds: Any) -> Box:
    return Box(*(float(bounds.get(name)) for name in ("x", "y", "width", "height")))


def _points(edge: Any) -> list[tuple[float, float]]:
    return [(float(way.get("x")), float(way.get("y"))) for way in edge.iter(_WAY)]


def _halfway(points: list[tuple[float, float]]) -> tuple[float, float]:
    """The middle of the longest straight part, where a number hides least."""
    pairs = pairwise(points)
    (x, y), (other_x, other_y) = max(
        pairs, key=lambda two: abs(two[0][0] - two[1][0]) + abs(two[0][1] - two[1][1])
    )
    return (x + other_x) / 2, (y + other_y) / 2
