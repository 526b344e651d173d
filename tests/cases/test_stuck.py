"""A process that cannot go on: clear words for the person, one incident for officials, nothing changed."""

from __future__ import annotations

import logging

import pytest

from cases.errors import ProcessStuck
from cases.models import AuditEntry, Case
from cases.services.cases import cancel_case
from cases.services.start import start_case
from cases.services.tasks import complete_task
from cases.visibility import incidents_visible_to
from engine import catalog
from engine.models import Incident, Task
from tests.cases.people import World
from tests.cases.unchanged import refused
from tests.engine import diagrams as d

WORDS = "Process no šejienes nevar virzīties tālāk. Nekas netika mainīts. Lūdzu, paziņojiet administratoriem."


def script(key: str, text: str) -> str:
    return f'<scriptTask id="{key}" name="Skripts">{d.properties()}<script>{text}</script></scriptTask>'


def deploy(key: str, *parts: str) -> None:
    """A process of the head's with a variable that nobody writes."""
    files = d.sequence(key, *parts, missing="int", k="decimal", organisation="int")
    diagram = files[f"{key}.bpmn"].replace(b"start:clerk", b"start:institution_head")
    catalog.deploy({**files, f"{key}.bpmn": diagram})


ASK = d.user("ask", group="institution_head@${organisation}")


def test_the_officials_see_one_incident_however_often_the_person_tries(world: World, caplog) -> None:
    deploy("stuck", ASK, script("s", "k = 1 / missing"))
    head, started = (
        world.actor("head"),
        start_case("stuck", user=world.actor("head"), organisation=world.school),
    )
    task = Task.objects.get(instance=started.case.instance_id)
    caplog.set_level(logging.ERROR)

    for _ in range(2):
        with refused(ProcessStuck, besides={"engine_incident"}) as refusal:
            complete_task(task.public_id, user=head, answers={})

    assert str(refusal.value) == WORDS
    assert [record.kind for record in caplog.records if record.msg == "process_stuck"] == [
        "ExpressionFailed"
    ] * 2
    (incident,) = incidents_visible_to(world.scope("admin"))
    assert (incident.instance_id, incident.element, incident.cause, incident.attempts) == (
        started.case.instance_id, "ask", "step_undone", 2,
    )  # fmt: skip
    assert list(incidents_visible_to(world.scope("head"))) == []
    assert AuditEntry.objects.filter(action="refused", object=f"task:{task.public_id}").count() == 2

    cancel_case(started.case.public_id, user=world.actor("admin"), reason="stuck")

    assert Incident.objects.get().resolved_at is not None


def test_a_case_that_cannot_be_started_is_an_incident_of_its_process(world: World) -> None:
    deploy("never", script("s", "k = 1 / missing"), ASK)

    with pytest.raises(ProcessStuck):
        start_case("never", user=world.actor("head"), organisation=world.school)

    assert Case.objects.count() == 0
    (incident,) = incidents_visible_to(world.scope("admin"))
    assert (incident.process, incident.instance, incident.cause) == ("never", None, "step_undone")
