"""Finds what the handlers gave, which nobody keeps, so that a walk passes what the case passed.

Known are the variables at the end and what decision tables were asked with. Where that is not enough, values
are tried, those first that bring the walk farther along the path.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any, Final

from engine.core.definition import Definition, VariableType
from engine.core.usage import writes_of

from .gathering import Step
from .walking import passed_before_failing

Content = dict[str, Any]
Path = tuple[tuple[str, str], ...]
# Every case has them from its start.
FROM_START: Final = ("organisation", "founder", "municipality", "ministry", "applicant", "applicant_person")
MOST_TRIES: Final = 400
_NOBODY_WRITES: Final = ("scriptTask", "businessRuleTask")


def given_names(definition: Definition) -> frozenset[str]:
    """The variables that only a start or a handler writes."""
    own = definition.variables
    elements = [e for e in definition.elements.values() if definition.types_in(e.parent) is own]
    computed = {name for e in elements if e.type in _NOBODY_WRITES for name in writes_of(definition, e)}
    computed |= {name for e in elements if e.awaits and not e.is_triggered for name in e.writes}
    computed |= {f"{e.id}_{what}" for e in elements if e.many is not None for what in ("done", "yes")}
    computed |= {name for e in elements if e.call is not None for name in writes_of(definition, e)}
    forms = (definition.forms.get(e.form_key) for e in elements)
    computed |= {name for form in forms if form is not None for name in form.variables.values()}
    return frozenset(own) - computed


def fitted(
    definition: Definition, steps: Sequence[Step], final: Mapping[str, Any], seen: Mapping[str, list[Any]],
    path: Path,
) -> Content | None:  # fmt: skip
    """The content of a scenario that passes this path; None if no values were found."""
    names = given_names(definition)
    known = {name: value for name, value in final.items() if name in names and value is not None}
    best, reach = None, -1
    begins = _begins(definition, path)
    for content in ({**begins, **first} for first in _first(definition, steps, known)):
        met = _reach(definition, content, path)
        if met == len(path):
            return content
        if met > reach:
            best, reach = content, met
    return _climbed(definition, best, reach, _values(names, known, seen), path) if best else None


def _begins(definition: Definition, path: Path) -> Content:
    """The start event that was triggered, if one was."""
    start = definition.elements.get(path[0][1]) if path else None
    return {"begins": start.id} if start is not None and start.is_triggered else {}


def _first(definition: Definition, steps: Sequence[Step], known: Mapping[str, Any]) -> Iterator[Content]:
    """What a start knows at the start, the rest where the first handler answers; or all at the start."""
    at_start = {name: value for name, value in known.items() if name in FROM_START}
    later = {name: value for name, value in known.items() if name not in FROM_START}
    own = [deepcopy(dict(step)) for step in steps]
    giving = (step for step in own if "service" in step and "throws" not in step)
    first = next((step for step in giving if later.keys() <= _declared(definition, step).keys()), None)
    if first is not None:
        first["gives"] = dict(later)
        yield {"start": dict(at_start), "step": own}
    yield {"start": dict(known), "step": [deepcopy(dict(step)) for step in steps]}


def _declared(definition: Definition, step: Step) -> Mapping[str, VariableType]:
    """The variables that the handler of a step may give: of the process that drew its task."""
    return definition.types_in(definition.elements[step["service"]].parent)


def _values(
    names: frozenset[str], known: Mapping[str, Any], seen: Mapping[str, list[Any]]
) -> dict[str, list[Any]]:
    """What each variable may have been at some time."""
    found: dict[str, list[Any]] = {}
    for name in sorted(names):
        values = [*seen.get(name, ()), known.get(name), None]
        if isinstance(known.get(name), bool) or known.get(name) is None:
            values += [True, False]
        found[name] = list({repr(value): value for value in values}.values())
    return found


def _climbed(
    definition: Definition, content: Content, reach: int, values: Mapping[str, list[Any]], path: Path
) -> Content | None:
    tries = 0
    while reach < len(path):
        better = None
        for changed in _changed(definition, content, values):
            tries += 1
            if tries > MOST_TRIES:
                return None
            met = _reach(definition, changed, path)
            if met > reach:
                better, reach = changed, met
                break
        if better is None:
            return None
        content = better
    return content


def _changed(definition: Definition, content: Content, values: Mapping[str, list[Any]]) -> Iterator[Content]:
    """The content with one other value, given by one handler or at the start; the latest handler first."""
    for at in (*reversed(range(len(content["step"]))), -1):
        step = content["step"][at] if at >= 0 else {}
        if at >= 0 and ("service" not in step or "throws" in step):
            continue
        declared = _declared(definition, step) if at >= 0 else definition.variables
        for name, possible in values.items():
            for value in possible if name in declared else ():
                changed = deepcopy(content)
                place = changed["start"] if at < 0 else changed["step"][at].setdefault("gives", {})
                if place.get(name) == value or not _fits(declared[name], value):
                    continue
                place[name] = value
                if value is None:
                    del place[name]
                yield changed


def _fits(kind: str, value: Any) -> bool:
    return not isinstance(value, bool) or kind == "bool"


def _reach(definition: Definition, content: Content, path: Path) -> int:
    """How much of the path the walk passes before it leaves it; all of it only if it passes nothing more."""
    passed = passed_before_failing(definition, content).passed
    pairs = zip(passed, path, strict=False)
    parted = next((at for at, (one, other) in enumerate(pairs) if one != other), None)
    if parted is not None:
        return parted
    return len(passed) if len(passed) <= len(path) else len(path) - 1
