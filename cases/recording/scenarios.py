"""A case as a scenario: its path over the diagram with neutral values, for administrators."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, ClassVar, Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.scope import Scope
from cases import audit, forms, permissions
from cases.errors import CaseError, NotAllowed
from cases.models import Case
from cases.queries.detail import visible_case
from engine import catalog
from engine.core.errors import StateUnreadable
from engine.core.machine import Machine
from engine.models import DecisionMade, ProcessInstance

from .fitting import fitted
from .gathering import Unrepeatable, gathered
from .neutral import words_of
from .stripping import stripped
from .walking import walk
from .writing import toml_of

ACTION: Final = "case.recorded"


class NotRecordable(CaseError):
    """No walk repeats what happened in this case."""

    code = "not_recordable"
    words: ClassVar = _(
        "This case cannot be recorded as a scenario: what happened in it does not follow from the diagram "
        "and from values that tell of nobody. Write the scenario by hand."
    )


@dataclass(frozen=True, slots=True)
class Recording:
    """A scenario as TOML, its name, and how many steps it has."""

    name: str
    text: str
    steps: int


def recorded_scenario(scope: Scope, public_id: UUID | str) -> Recording:
    """A visible case as a scenario; the audit says so. NotFound, NotAllowed, NotRecordable."""
    case = visible_case(scope, public_id)
    about = f"case:{case.public_id}"
    reason = permissions.against_recording(scope)
    if reason is not None:
        refused = NotAllowed(reason)
        audit.record_refusal(scope.actor, ACTION, about, refused)
        raise refused
    made = recording_of(case)
    audit.record_act(scope.actor, ACTION, about, {"scenario": made.name})
    return made


def recording_of(case: Case) -> Recording:
    """A case as a scenario that walks the same way, without anybody in it. NotRecordable."""
    content = _content(case)
    return Recording(content["name"], toml_of(content), len(content["step"]))


def _content(case: Case) -> dict[str, Any]:
    instance = ProcessInstance.objects.get(pk=case.instance_id)
    row = instance.definition
    definition = catalog.definition(row.pk)
    try:
        steps, path = gathered(case)
        final = Machine.load(definition, bytes(instance.state)).variables
    except (Unrepeatable, StateUnreadable):
        raise NotRecordable from None
    found = fitted(definition, steps, final, _seen(case), path)
    if found is None:
        raise NotRecordable
    used = {element.form_key for element in definition.elements.values() if element.form_key}
    own = {key: forms.load(row, key) for key in used}
    content = stripped(definition, found, own, words_of(catalog.files_of(row)))
    if content is None:
        raise NotRecordable
    walked = walk(definition, content)
    told = json.dumps([path, walked.rules]).encode()
    end = {"ends": _last_end(path, definition)} if walked.ended else {"waits": list(walked.waits)}
    return {
        "name": f"recorded-{sha256(told).hexdigest()[:8]}",
        "recorded": True,
        **end,
        **({"outcome": case.outcome} if case.outcome else {}),
        **({"begins": content["begins"]} if "begins" in content else {}),
        "start": content["start"],
        "step": content["step"],
    }


def _last_end(path: tuple[tuple[str, str], ...], definition: Any) -> str:
    ends = [key for kind, key in path if kind == "completed" and _is_end(definition.elements.get(key))]
    return ends[-1]


def _is_end(element: Any) -> bool:
    return element is not None and element.type == "endEvent" and not element.parent


def _seen(case: Case) -> Mapping[str, list[Any]]:
    """What decision tables were asked with, by the variable that the column reads."""
    definition = catalog.definition(case.instance.definition_id)
    tables = {t.digest: t for decision in definition.decisions.values() for t in decision.versions}
    found: dict[str, list[Any]] = {}
    for made in DecisionMade.objects.filter(instance=case.instance_id).order_by("id"):
        table = tables.get(made.digest)
        for column, (_name, _type, value) in zip(table.inputs if table else (), made.inputs, strict=False):
            if column.expression in definition.variables:
                found.setdefault(column.expression, []).append(value)
    return found
