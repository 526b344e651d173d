"""Cases that nobody has asked for: about whom they are, what they know, who sees that they began."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction

from cases import beginnings, queries
from cases.beginnings import About, Beginning, begins
from cases.models import AuditEntry, Case
from engine import catalog, clock, jobs
from engine.core.machine import Machine
from engine.models import Incident, Message, ProcessInstance, Task
from engine.services import correlate_message
from registries.models import Organisation
from tests.cases.people import World
from tests.engine import diagrams as d


@pytest.fixture(autouse=True)
def _rules() -> Iterator[None]:
    """What a test says of its processes is gone after it."""
    before = dict(beginnings._rules)
    yield
    beginnings._rules.clear()
    beginnings._rules.update(before)


def deploy() -> None:
    """A check of a school that a message asks for, by the school's head."""
    catalog.deploy(
        d.process(
            "school_check",
            d.begins("told", "school.changed", writes="school reason organisation"),
            d.user("look", group="institution_head@${organisation}"), d.end(), d.flows("told look end"),
            messages=("school.changed",), people=False, school="str", reason="str", organisation="int",
            urgent="bool",
        )
    )  # fmt: skip


def send(message_id: str = "m-1", **variables) -> Message:
    with transaction.atomic():
        return correlate_message(
            "school.changed", key=message_id, message_id=message_id, variables=variables, now=clock.now()
        )


def run() -> None:
    jobs.run_due("w", until_empty=True)


def variables_of(case: Case) -> dict:
    row = ProcessInstance.objects.get(pk=case.instance_id)
    return Machine.load(catalog.definition(row.definition_id), bytes(row.state)).variables


def test_the_process_says_of_whom_a_case_is_that_a_message_begins(world: World) -> None:
    met: list[Beginning] = []

    @begins("school_check")
    def about(beginning: Beginning) -> About:
        met.append(beginning)
        return About(Organisation.objects.get(name=beginning.variables["school"]), given={"urgent": True})

    deploy()
    send(school=world.school.name, reason="Jauna ēka", organisation=1)
    run()

    case = Case.objects.get(process_key="school_check")
    assert (case.organisation_id, case.applicant_id, case.status) == (world.school.pk, None, "submitted")
    kept = variables_of(case)
    assert (kept["reason"], kept["urgent"], kept["organisation"]) == ("Jauna ēka", True, world.school.pk)
    assert Task.objects.get(instance=case.instance_id).group == f"institution_head@{world.school.pk}"
    assert [(one.kind, one.name, one.key) for one in met] == [("message", "school.changed", "m-1")]
    assert Message.objects.get().receiver_id == case.instance_id
    (entry,) = AuditEntry.objects.filter(action="case.started", object=f"case:{case.public_id}")
    assert (entry.actor, entry.fields["element"]) == ("system", "told")


def test_the_timeline_says_what_the_case_began_with(world: World) -> None:
    deploy()
    send(reason="x")
    run()

    case = Case.objects.get(process_key="school_check")
    story = queries.timeline(case)

    assert story.items[0].text_lv == "Lieta sākta: Sākas no ziņas."


def test_where_the_process_says_nothing_the_case_is_the_ministrys(world: World) -> None:
    deploy()
    send(reason="x")
    run()

    case = Case.objects.get(process_key="school_check")
    assert case.organisation.kind == Organisation.Kind.MINISTRY
    assert Case.objects.visible_to(world.scope("admin")).filter(pk=case.pk).exists()
    assert not Case.objects.visible_to(world.scope("head")).filter(pk=case.pk).exists()


def test_a_message_about_nobody_leaves_an_incident_and_no_case(world: World) -> None:
    @begins("school_check")
    def about(beginning: Beginning) -> About:
        return About(Organisation.objects.get(name=beginning.variables["school"]))

    deploy()
    send(school="Nav tādas skolas")
    for _ in range(10):
        run()
        clock.set_offset(clock.offset() + timedelta(hours=2))

    assert Incident.objects.get().cause == "handler_failed"
    assert "Nav" not in Incident.objects.get().detail
    assert not Case.objects.filter(process_key="school_check").exists()
    assert Message.objects.get().is_kept
