"""A process started for many institutions at once: each exactly once, each told what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import pytest

from accounts.models import RoleGrant
from cases import batches, campaigns
from cases.calendar import end_of_day
from cases.campaigns import LeftOut
from cases.errors import FormInvalid, KeyReused, NotAllowed, NotFound
from cases.models import AuditEntry, Batch, Case
from cases.queries.batches import batch_view
from cases.queries.campaigns import campaign_preview, campaign_processes
from cases.services.batches import cancel_batch, pause_batch, resume_batch
from cases.services.campaigns import Selection, start_campaign
from cases.services.cases import cancel_case
from cases.services.start import start_by_system
from cases.services.suspending import resume_process, suspend_process
from cases.services.tasks import complete_task
from engine import catalog, clock, jobs
from engine.invariants import all_invariants
from engine.models import Task
from registries.models import Organisation
from tests.cases import survey
from tests.cases.people import World, organisation
from tests.cases.unchanged import refused

LAST = date(2100, 1, 15)


@pytest.fixture(autouse=True)
def _deployed(world: World) -> None:
    catalog.deploy_folder(survey.FOLDER)


def ask(world: World, by: str = "officer", selection: Selection | None = None, **more: object) -> Batch:
    asked = {"reason": "Gada aptauja", "due": LAST} | more
    return start_campaign("survey", selection or Selection(), user=world.actor(by), **asked)  # type: ignore[arg-type]


def run() -> None:
    jobs.run_due("test", until_empty=True)


def became(batch: Batch) -> dict[str, tuple[str, str]]:
    """What became of each institution: status and code."""
    names = {str(one.pk): one.name for one in Organisation.objects.all()}
    return {names[item.key]: (item.status, item.code) for item in batch.items.all()}


def test_every_institution_gets_its_case_and_each_row_tells_of_it(world: World) -> None:
    batch = ask(world)
    run()

    cases = Case.objects.filter(process_key="survey").order_by("id")
    assert {case.organisation for case in cases} == {world.school, world.other_school}
    assert {case.status for case in cases} == {"submitted"}
    assert {case.applicant for case in cases} == {None}
    assert set(became(batch).values()) == {("done", "")}
    assert {item.instance_id for item in batch.items.all()} == {case.instance_id for case in cases}
    view = batch_view(world.scope("officer"), batch.public_id)
    assert (view.state, view.total, view.done) == ("ended", 2, 2)
    assert all_invariants() == []


def test_the_tasks_are_due_on_the_last_day_of_the_campaign(world: World) -> None:
    ask(world)
    run()

    due = Task.objects.filter(element="answer").values_list("due_at", flat=True)
    assert list(due) == [end_of_day(LAST)] * 2
    assert end_of_day(LAST).isoformat() == "2100-01-15T21:59:59+00:00"


def test_the_case_goes_on_as_any_other(world: World) -> None:
    ask(world)
    run()
    task = Task.objects.get(element="answer", group=f"institution_head@{world.school.pk}")

    complete_task(task.public_id, user=world.actor("head"), answers={"text": "Jā"})

    assert Case.objects.get(instance=task.instance_id).status == "closed"


def test_the_audit_says_who_asked_for_it_and_why(world: World) -> None:
    batch = ask(world)
    run()

    entry = AuditEntry.objects.get(action="batch.asked")
    assert entry.actor == world.key("officer")
    assert (entry.fields["reason"], entry.fields["due"], entry.fields["items"]) == (
        "Gada aptauja",
        "2100-01-15",
        2,
    )
    started = AuditEntry.objects.filter(action="case.started")
    assert {one.actor for one in started} == {world.key("officer")}
    assert entry.object == f"batch:{batch.public_id}"


def test_who_is_left_out_and_why_is_told_before_anything_starts(world: World) -> None:
    closed = organisation("general", "Slēgtā skola", "90000009999", status="liquidated")
    start_by_system("survey", organisation=world.school, now=clock.now(), key="other")

    found = campaign_preview(world.scope("officer"), "survey", Selection())

    assert [one.name for one in found.to_start] == [world.other_school.name]
    assert {(group.code, *(one.name for one in group.organisations)) for group in found.left_out} == {
        ("closed", closed.name),
        ("running", world.school.name),
    }
    assert Case.objects.filter(process_key="survey").count() == 1


def test_a_process_may_leave_out_institutions_for_reasons_of_its_own(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(campaigns, "_judges", {})

    @campaigns.leaves_out("survey")
    def small(organisations: Sequence[Organisation], _now: datetime) -> Mapping[int, LeftOut]:
        return {one.pk: LeftOut("small", "Par mazu.") for one in organisations if one == world.school}

    batch = ask(world)
    run()

    assert became(batch) == {world.other_school.name: ("done", "")}


def test_what_changed_since_it_was_asked_for_is_judged_at_its_turn(world: World) -> None:
    batch = ask(world)
    Organisation.objects.filter(pk=world.school.pk).update(status="liquidated")
    start_by_system("survey", organisation=world.other_school, now=clock.now(), key="other")
    run()

    assert became(batch) == {
        world.school.name: ("refused", "closed"),
        world.other_school.name: ("refused", "running"),
    }
    assert Case.objects.filter(process_key="survey").count() == 1


def test_the_selection_means_kinds_municipalities_and_founder(world: World) -> None:
    scope = world.scope("officer")
    nursery = organisation(
        "preschool", "Bērnudārzs", "90000008888", municipality=world.municipality, founder=world.municipality
    )

    def chosen(**which: object) -> set[str]:
        found = campaign_preview(scope, "survey", Selection(**which))  # type: ignore[arg-type]
        return {one.name for one in found.to_start}

    assert chosen(kinds=("preschool",)) == {nursery.name}
    assert chosen(municipalities=(world.municipality.public_id,)) == {nursery.name, world.school.name}
    assert chosen(founder=world.other_municipality.public_id) == {world.other_school.name}
    assert chosen() == {nursery.name, world.school.name, world.other_school.name}


def test_pressed_twice_it_is_one_campaign_and_a_repeated_job_starts_none_twice(world: World) -> None:
    one, same = ask(world, idempotency_key="k"), ask(world, idempotency_key="k")
    assert one.pk == same.pk
    run()
    # As if the worker had died before it noted what it did.
    one.items.update(status="waiting", instance=None)
    Batch.objects.filter(pk=one.pk).update(ended_at=None)
    batches.go_on(Batch.objects.get(pk=one.pk), now=clock.now())

    run()

    assert set(became(one).values()) == {("done", "")}
    assert None not in {item.instance_id for item in one.items.all()}
    assert Case.objects.filter(process_key="survey").count() == 2
    with refused(KeyReused):
        ask(world, selection=Selection(kinds=("general",)), idempotency_key="k")


def test_one_institution_that_fails_stops_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(survey, "broken", {world.school.name})
    batch = ask(world)
    run()

    assert became(batch)[world.other_school.name] == ("done", "")
    assert became(batch)[world.school.name][0] == "failed"
    assert Case.objects.get(process_key="survey").organisation == world.other_school


def test_paused_nothing_more_starts_and_what_was_left_is_told_so(world: World) -> None:
    batch, user = ask(world), world.actor("officer")
    pause_batch(batch.public_id, user=user)
    run()
    assert Case.objects.filter(process_key="survey").count() == 0
    resume_batch(batch.public_id, user=user)
    cancel_batch(batch.public_id, user=user)
    run()

    assert set(became(batch).values()) == {("not_run", "")}
    assert Case.objects.filter(process_key="survey").count() == 0


@pytest.mark.parametrize("asked_before", [True, False])
def test_while_its_process_rests_it_waits_and_then_goes_on(world: World, *, asked_before: bool) -> None:
    admin = world.actor("admin")
    batch = ask(world) if asked_before else None
    suspend_process("survey", user=admin, reason="Kļūda veidlapā", with_running=False)
    batch = batch or ask(world)
    run()
    assert set(became(batch).values()) == {("waiting", "")}
    assert {item.tries for item in batch.items.all()} == {0}
    assert Case.objects.filter(process_key="survey").count() == 0

    resume_process("survey", user=admin)
    run()

    assert set(became(batch).values()) == {("done", "")}
    assert Case.objects.filter(process_key="survey").count() == 2
    assert all_invariants() == []


def test_stopped_while_its_process_rests_it_starts_nothing_afterwards(world: World) -> None:
    admin, batch = world.actor("admin"), ask(world)
    suspend_process("survey", user=admin, reason="Kļūda veidlapā", with_running=False)
    run()
    cancel_batch(batch.public_id, user=world.actor("officer"))
    resume_process("survey", user=admin)
    run()

    assert set(became(batch).values()) == {("not_run", "")}
    assert Case.objects.filter(process_key="survey").count() == 0


def test_a_right_that_ended_meanwhile_refuses_what_had_no_turn(world: World) -> None:
    batch = ask(world)
    RoleGrant.objects.filter(user__username="officer").update(revoked_at=clock.now())
    run()

    assert set(became(batch).values()) == {("refused", "not_campaign")}
    assert Case.objects.filter(process_key="survey").count() == 0


@pytest.mark.parametrize("by", ["head", "municipal", "auditor", "teacher"])
def test_who_may_not(world: World, by: str) -> None:
    with refused(NotAllowed):
        ask(world, by=by)
    with pytest.raises(NotAllowed):
        campaign_preview(world.scope(by), "survey", Selection())
    assert campaign_processes(world.scope(by)) == ()


def test_a_process_that_is_not_for_campaigns_is_not_found(world: World) -> None:
    with refused(NotFound):
        start_campaign("request", Selection(), user=world.actor("officer"), reason="Gada aptauja")


@pytest.mark.parametrize(
    ("more", "field", "code"),
    [
        ({"reason": "  "}, "reason", "required"),
        ({"due": None}, "due", "required"),
        ({"due": date(2020, 1, 1)}, "due", "in_past"),
        ({"selection": Selection(kinds=("college",))}, "kinds", "nobody"),
    ],
)
def test_what_is_missing_is_said(world: World, more: dict[str, object], field: str, code: str) -> None:
    with refused(FormInvalid) as found:
        ask(world, **more)  # type: ignore[arg-type]
    assert [(one.field, one.code) for one in found.value.errors] == [(field, code)]


def test_once_it_has_ended_the_next_campaign_starts_again(world: World) -> None:
    ask(world)
    run()
    for case in Case.objects.filter(process_key="survey"):
        cancel_case(case.public_id, user=world.actor("admin"), reason="superseded")

    second = ask(world)
    run()

    assert set(became(second).values()) == {("done", "")}
    assert Case.objects.filter(process_key="survey").count() == 4
