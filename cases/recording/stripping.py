"""Takes out of a fitted scenario whatever its path does not hang on, and what would tell of anybody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

from cases.forms import Form
from engine.core.definition import Definition, VariableType
from engine.core.errors import CoreError

from .fitting import Content
from .neutral import EXAMPLE, fields_of, may_stay, neutral_answer, neutral_value
from .walking import Walk, WalkFailed, walk


def stripped(
    definition: Definition, content: Content, forms: Mapping[str, Form], words: frozenset[str]
) -> Content | None:
    """The scenario without people that walks as this one does; None if its path hangs on a text of theirs."""
    wanted = walk(definition, content)
    found = _told(content)
    for step in found["step"]:
        if "task" in step:
            _strip_task(step, definition, forms, words)
    for place, name, kind, value in _decisive(found, definition):
        place[name] = neutral_value(kind, value, words)
        if place[name] != value and not _same(definition, found, wanted):
            place[name] = value
    stays = all(may_stay(kind, value, words) for _, _, kind, value in _decisive(found, definition))
    return found if stays and _same(definition, found, wanted) else None


def _same(definition: Definition, content: Content, wanted: Walk) -> bool:
    try:
        return walk(definition, content) == wanted
    except (CoreError, WalkFailed):
        return False


def _strip_task(
    step: dict[str, Any], definition: Definition, forms: Mapping[str, Form], words: frozenset[str]
) -> None:
    """Every answer but those that become variables, which are looked at one by one."""
    element = definition.elements[step["task"]]
    form, answers = forms[element.form_key], step["answers"]
    bound = definition.forms[element.form_key].variables if element.form_key in definition.forms else {}
    step["answers"] = {
        other: answers[name] if name in bound else neutral_answer(field, answers[name], words)
        for name, (other, field) in fields_of(form, tuple(answers)).items()
        if answers[name] is not None
    }
    if "return" in step:
        step["return"] = dict.fromkeys((name for name in step["return"] if name in form.names), EXAMPLE)


def _decisive(content: Content, definition: Definition) -> Iterator[tuple[dict[str, Any], str, str, Any]]:
    """Where each variable gets a value, with its type: start, handlers, messages, answers."""
    for place, types in ((content["start"], definition.variables), *_given(content, definition)):
        yield from ((place, name, types[name], value) for name, value in list(place.items()))
    for step in content["step"]:
        if "task" not in step:
            continue
        element = definition.elements[step["task"]]
        form, types = definition.forms.get(element.form_key), definition.types_in(element.parent)
        for field, variable in form.variables.items() if form is not None else ():
            if field in step["answers"]:
                yield step["answers"], field, types[variable], step["answers"][field]


def _given(
    content: Content, definition: Definition
) -> Iterator[tuple[dict[str, Any], Mapping[str, VariableType]]]:
    """What handlers and messages gave, with the types that are declared where they gave it."""
    for step in content["step"]:
        if "gives" in step:
            element = definition.elements[step.get("service") or step["receive"]]
            yield step["gives"], definition.types_in(element.parent)


def _told(content: Content) -> Content:
    """The content with days and decimals as text, as a scenario is written, and nothing that is missing."""
    found = deepcopy(content)
    for place in (found["start"], *(step["gives"] for step in found["step"] if "gives" in step)):
        for name, value in list(place.items()):
            if value is None:
                del place[name]
            elif isinstance(value, date | Decimal):
                place[name] = str(value)
    for step in found["step"]:
        if not step.get("gives", True):
            del step["gives"]
    return found
