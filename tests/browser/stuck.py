"""A case that does not go on, and a repair of it that waits to be confirmed: pages to be looked at."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from cases.models import Batch
from cases.services.repairs import Action, Asked, repair_case
from engine import causes, clock
from engine.models import Incident, Task
from tests.access_request.conftest import actor
from tests.browser.stages import Stages

ADMINISTRATOR = "una.vadiba"
ELEMENT = "fill_request"


def incident(stages: Stages) -> str:
    """The page of an incident at a person's step."""
    return reverse("incident", args=[_incident(stages).public_id])


def together(stages: Stages) -> str:
    """The page on which all incidents of that step are repaired."""
    row = _incident(stages)
    assert row.instance is not None
    version = row.instance.definition.version
    chosen = {"process": "access_request", "version": version, "element": ELEMENT}
    return f"{reverse('incidents_repair')}?{urlencode(chosen)}"


def repair(stages: Stages) -> str:
    """The page on which its case is repaired."""
    _incident(stages)
    return reverse("case_repair", args=[stages.begun.case.public_id])


def batch(stages: Stages) -> str:
    """The page of a repair that somebody asked for."""
    found = Batch.objects.filter(kind="repair").first() or _asked(stages)
    return reverse("batch", args=[found.public_id])


def _incident(stages: Stages) -> Incident:
    case = stages.begun.case
    task = Task.objects.get(instance=case.instance_id, status="open")
    about = {"instance_id": case.instance_id, "element": ELEMENT, "cause": causes.Cause.STEP_UNDONE}
    told = {"task": task, "attempts": 1, "opened_at": clock.now()}
    return Incident.objects.get_or_create(**about, defaults=told)[0]


def _asked(stages: Stages) -> Batch:
    asked = repair_case(
        stages.begun.case.public_id,
        Asked(Action.CANCEL),
        user=actor(ADMINISTRATOR),
        reason="Iesniegums sākts divreiz, un otrs jau ir izlemts.",
    )
    assert asked is not None
    return asked
