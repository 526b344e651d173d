"""Repairs of a case: seen before, with a reason, confirmed by another administrator if a token moves."""

from __future__ import annotations

import pytest

from cases.errors import (
    Busy,
    CaseNotOpen,
    CaseSuspended,
    FormInvalid,
    KeyReused,
    NotAllowed,
    NotFound,
    ProcessStuck,
    Refused,
)
from cases.invariants import invariants
from cases.models import AuditEntry, Batch, Case
from cases.queries.repairing import IncidentFilter, incident_groups, repair_view
from cases.queries.timeline import timeline
from cases.repairing import repair, retry
from cases.services.batches import cancel_batch, confirm_batch
from cases.services.cases import cancel_case
from cases.services.incidents import repair_incidents, retry_incident
from cases.services.repairs import Action, Asked, preview, repair_case
from cases.services.start import start_by_system, start_case
from cases.services.suspending import suspend_case, suspend_process
from cases.services.tasks import complete_task
from engine import clock, handlers, jobs
from engine.models import Incident, ProcessInstance, RepairMade, Task
from engine.services.incidents import _leased_by_hand
from tests.cases.people import World
from tests.cases.test_batches import second_admin
from tests.cases.test_stuck import ASK, deploy, script
from tests.cases.unchanged import everything, refused
from tests.engine import diagrams as d

WHY = "Reģistrs deva nepareizu skaitli."
numbers: dict[str, int] = {"by": 0}


def divide(_context):
    return {"missing": 12 // numbers["by"]}


@pytest.fixture
def job_topic():
    numbers["by"] = 0
    handlers._handlers["test.divide"] = handlers.Handler("test.divide", divide, "job", "by_hand")
    yield
    del handlers._handlers["test.divide"]


def begun(world: World, key: str = "stuck") -> Case:
    return start_case(key, user=world.actor("head"), organisation=world.school).case


@pytest.fixture
def stuck(world: World) -> Case:
    """The head's step divides by what nobody has written."""
    deploy("stuck", ASK, script("s", "k = 1 / missing"))
    case = begun(world)
    with pytest.raises(ProcessStuck):
        complete_task(
            Task.objects.get(instance=case.instance_id).public_id, user=world.actor("head"), answers={}
        )
    return case


@pytest.fixture
def failing(world: World, job_topic) -> list[Case]:
    """Three cases whose automatic task has failed, before a task of the head's."""
    deploy("failing", d.service("divide", "test.divide"), ASK)
    cases = [begun(world, "failing") for _ in range(3)]
    jobs.run_due("test", until_empty=True)
    return cases


def wait_of(world: World, case: Case) -> str:
    (wait,) = repair_view(world.scope("admin"), case.public_id).waits
    return wait.wait


def run() -> None:
    jobs.run_due("test", until_empty=True)


def statuses(batch: Batch) -> list[str]:
    return list(batch.items.order_by("position").values_list("status", flat=True))


def test_what_can_be_repaired_is_shown_with_what_the_process_knows(world: World, stuck: Case) -> None:
    view = repair_view(world.scope("admin"), stuck.public_id)

    (wait,) = view.waits
    assert (wait.kind, wait.place.element, wait.incident, wait.is_beside) == (
        "task", "ask", Incident.objects.get().public_id, False,
    )  # fmt: skip
    assert [(one.name, one.type, one.value) for one in view.variables] == [
        ("k", "decimal", None), ("missing", "int", None), ("organisation", "int", world.school.pk),
    ]  # fmt: skip
    assert [place.element for place in view.targets] == ["ask", "s", "end"]


def test_a_preview_changes_nothing_and_says_in_plain_words_what_is_against_it(
    world: World, stuck: Case
) -> None:
    before = everything()
    wait = wait_of(world, stuck)
    with pytest.raises(Refused) as against:
        preview(stuck, Asked(Action.SKIP, wait), now=clock.now())
    seen = preview(stuck, Asked(Action.MOVE, wait, "end"), now=clock.now())

    assert str(against.value) == "Izteiksmei ar šīm vērtībām nav rezultāta."
    assert (seen.ends, seen.moves) == (True, True)
    assert everything() == before


def test_a_variable_is_set_at_once_and_the_person_goes_on(world: World, stuck: Case) -> None:
    asked = Asked(Action.SET, values={"missing": "4"})

    assert repair_case(stuck.public_id, asked, user=world.actor("admin"), reason=WHY) is None

    assert Incident.objects.get().resolved_at is None
    assert RepairMade.objects.get().variables == [["missing", ["none", None], ["int", 4]]]
    moved, told = AuditEntry.objects.filter(action__in=["case.repaired", "case.variables"]).order_by("seq")
    assert moved.actor == world.key("admin")
    assert (moved.fields["action"], moved.fields["reason"]) == ("set", WHY)
    assert list(told.fields["variables"]) == ["missing"]
    assert all(len(one) == 32 for one in told.fields["variables"]["missing"])
    assert timeline(stuck).items[-1].text_lv == "laboja procesa mainīgos."
    complete_task(
        Task.objects.get(instance=stuck.instance_id).public_id, user=world.actor("head"), answers={}
    )
    assert Incident.objects.get().resolved_at is not None
    assert Case.objects.get(pk=stuck.pk).status == "closed"
    assert invariants() == []


@pytest.mark.parametrize("values", [{"missing": "many"}, {"unknown": 1}])
def test_values_of_another_type_or_name_are_refused(world: World, stuck: Case, values) -> None:
    with refused(Refused):
        repair_case(stuck.public_id, Asked(Action.SET, values=values), user=world.actor("admin"), reason=WHY)


def test_no_repair_without_a_reason(world: World, stuck: Case) -> None:
    with refused(FormInvalid):
        repair_case(
            stuck.public_id, Asked(Action.SET, values={"missing": 4}), user=world.actor("admin"), reason=" "
        )


@pytest.mark.parametrize(
    ("name", "error"),
    [("officer", NotAllowed), ("head", NotAllowed), ("auditor", NotAllowed), ("stranger", NotFound)],
)
def test_nobody_but_an_administrator_repairs(world: World, stuck: Case, name: str, error) -> None:
    asked = Asked(Action.SET, values={"missing": 4})
    with refused(error):
        repair_case(stuck.public_id, asked, user=world.actor(name), reason=WHY)
    with pytest.raises(error):
        repair_view(world.scope(name), stuck.public_id)


def test_a_moved_token_waits_for_another_natural_person(world: World, stuck: Case) -> None:
    asked = Asked(Action.MOVE, wait_of(world, stuck), "end")
    admin, other = world.actor("admin"), second_admin(world)

    batch = repair_case(stuck.public_id, asked, user=admin, reason=WHY)
    run()

    assert batch is not None
    assert (batch.state, statuses(batch)) == ("asked", ["waiting"])
    assert repair_view(world.scope("admin"), stuck.public_id).asked == (batch.public_id,)
    with refused(NotAllowed):
        confirm_batch(batch.public_id, user=admin)
    with refused(NotFound):
        confirm_batch(batch.public_id, user=world.actor("officer"))

    confirm_batch(batch.public_id, user=other)
    run()

    assert statuses(batch) == ["done"]
    assert Case.objects.get(pk=stuck.pk).status == "closed"
    entry = AuditEntry.objects.get(action="case.repaired")
    assert (entry.fields["confirmed_by"], entry.fields["target"], entry.fields["element"]) == (
        f"user:{other.user_id}", "end", "ask",
    )  # fmt: skip
    assert Incident.objects.get().resolved_at is not None
    assert Task.objects.get(instance=stuck.instance_id).status == "cancelled"
    assert invariants() == []


def test_what_was_confirmed_is_not_done_to_a_case_that_has_moved_since(world: World, stuck: Case) -> None:
    asked = Asked(Action.MOVE, wait_of(world, stuck), "end")
    batch = repair_case(stuck.public_id, asked, user=world.actor("admin"), reason=WHY)
    assert batch is not None
    repair_case(
        stuck.public_id, Asked(Action.SET, values={"missing": 4}), user=world.actor("admin"), reason=WHY
    )
    confirm_batch(batch.public_id, user=second_admin(world))
    run()

    (item,) = batch.items.all()
    assert (item.status, item.code) == ("refused", "moved")
    assert "kopš to skatījāt" in item.because_lv
    assert Case.objects.get(pk=stuck.pk).status == "draft"


def test_a_job_that_dies_after_the_step_repairs_once(world: World, stuck: Case) -> None:
    asked = Asked(Action.MOVE, wait_of(world, stuck), "s")
    repair_case(
        stuck.public_id, Asked(Action.SET, values={"missing": 4}), user=world.actor("admin"), reason=WHY
    )
    batch = repair_case(stuck.public_id, asked, user=world.actor("admin"), reason=WHY)
    assert batch is not None
    confirm_batch(batch.public_id, user=second_admin(world))
    run()
    assert statuses(batch) == ["done"]
    batch.items.update(status="waiting")
    Batch.objects.update(ended_at=None, turn=9)
    jobs.enqueue("cases.batch", now=clock.now(), arguments={"batch": batch.pk, "turn": 9})
    run()

    assert statuses(batch) == ["done"]
    assert RepairMade.objects.filter(action="move").count() == 1


def test_ending_a_case_is_confirmed_too(world: World, stuck: Case) -> None:
    batch = repair_case(stuck.public_id, Asked(Action.CANCEL), user=world.actor("admin"), reason=WHY)
    assert batch is not None
    assert ProcessInstance.objects.get(pk=stuck.instance_id).status == "running"
    confirm_batch(batch.public_id, user=second_admin(world))
    run()
    assert Case.objects.get(pk=stuck.pk).outcome == "cancelled"
    with refused(CaseNotOpen):
        repair_case(stuck.public_id, Asked(Action.CANCEL), user=world.actor("admin"), reason=WHY)
    assert invariants() == []


def test_other_values_under_the_same_key_are_another_request(world: World, failing: list[Case]) -> None:
    chosen, asked = (
        IncidentFilter(process="failing"),
        {"user": world.actor("admin"), "reason": WHY, "key": "k"},
    )
    one = repair_incidents(chosen, Asked(Action.SET, values={"missing": "5"}), **asked)
    assert repair_incidents(chosen, Asked(Action.SET, values={"missing": "5"}), **asked).pk == one.pk
    with refused(KeyReused):
        repair_incidents(chosen, Asked(Action.SET, values={"missing": "7"}), **asked)


def test_incidents_are_grouped_and_tried_again_one_by_one(world: World, failing: list[Case]) -> None:
    (group,) = incident_groups(world.scope("admin"))
    assert (group.process, group.element, group.cause, group.count) == (
        "failing", "divide", "handler_failed", 3,
    )  # fmt: skip
    chosen = IncidentFilter(process="failing", element="divide")

    batch = repair_incidents(chosen, None, user=world.actor("admin"), reason=WHY)
    run()
    assert statuses(batch) == ["failed"] * 3
    assert Incident.objects.filter(resolved_at=None, attempts=2).count() == 3

    numbers["by"] = 3
    batch = repair_incidents(chosen, None, user=world.actor("admin"), reason=WHY)
    run()
    assert statuses(batch) == ["done"] * 3
    assert not Incident.objects.filter(resolved_at=None).exists()
    with refused(Refused):
        repair_incidents(chosen, None, user=world.actor("admin"), reason=WHY)


def test_what_had_no_turn_is_told_as_not_run(world: World, failing: list[Case]) -> None:
    batch = repair_incidents(IncidentFilter(), None, user=world.actor("admin"), reason=WHY)
    cancel_batch(batch.public_id, user=world.actor("admin"))
    run()
    assert statuses(batch) == ["not_run"] * 3
    assert Incident.objects.filter(resolved_at=None).count() == 3


def test_many_are_skipped_once_another_has_confirmed_it(world: World, failing: list[Case]) -> None:
    asked = Asked(Action.SKIP, values={"missing": "5"})
    batch = repair_incidents(IncidentFilter(process="failing"), asked, user=world.actor("admin"), reason=WHY)
    run()
    assert statuses(batch) == ["waiting"] * 3
    confirm_batch(batch.public_id, user=second_admin(world))
    run()
    assert statuses(batch) == ["done"] * 3
    assert Task.objects.filter(status="open", element="ask").count() == 3
    assert RepairMade.objects.filter(action="skip", element="divide").count() == 3
    assert invariants() == []


def test_a_variable_is_set_in_many_without_another(world: World, failing: list[Case]) -> None:
    asked = Asked(Action.SET, values={"missing": "5"})
    batch = repair_incidents(IncidentFilter(process="failing"), asked, user=world.actor("admin"), reason=WHY)
    run()
    assert statuses(batch) == ["done"] * 3


def test_a_case_that_rests_is_looked_at_and_not_repaired(world: World, stuck: Case) -> None:
    suspend_case(stuck.public_id, user=world.actor("admin"), reason=WHY)
    asked = Asked(Action.SET, values={"missing": "4"})

    assert repair_view(world.scope("admin"), stuck.public_id).waits
    assert preview(stuck, asked, now=clock.now()).variables == (("missing", None, 4),)
    with refused(CaseSuspended):
        repair_case(stuck.public_id, asked, user=world.actor("admin"), reason=WHY)


@pytest.mark.parametrize("name", ["officer", "head", "auditor"])
def test_nobody_but_an_administrator_repairs_many(world: World, failing: list[Case], name: str) -> None:
    with refused(NotAllowed):
        repair_incidents(IncidentFilter(), None, user=world.actor(name), reason=WHY)


def test_an_incident_that_passed_before_the_worker_died_is_told_as_done(
    world: World, failing: list[Case]
) -> None:
    numbers["by"] = 4
    chosen = IncidentFilter("failing", None, "divide", "")
    batch = repair_incidents(chosen, None, user=world.actor("admin"), reason=WHY)
    item = batch.items.order_by("position").first()
    assert item is not None
    # The worker has taken the first turn and done it, and dies before it can write what became of it.
    item.tries = 1
    item.save()
    retry(batch, item, world.actor("admin"))

    run()

    assert statuses(batch) == ["done", "done", "done"]


def test_an_incident_that_somebody_else_has_resolved_is_refused(world: World, failing: list[Case]) -> None:
    numbers["by"] = 4
    chosen = IncidentFilter("failing", None, "divide", "")
    batch = repair_incidents(chosen, None, user=world.actor("admin"), reason=WHY)
    retry_incident(Incident.objects.order_by("id").first().public_id, user=world.actor("admin"))

    run()

    assert sorted(statuses(batch)) == ["done", "done", "refused"]


def test_an_incident_that_meets_a_process_that_rests_is_refused_and_stays_as_it_was(
    world: World, failing: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    def begin_another(_context: object) -> None:
        start_by_system("failing", organisation=world.school, now=clock.now())

    handler = handlers.Handler("test.divide", begin_another, "job", "by_hand")
    monkeypatch.setitem(handlers._handlers, "test.divide", handler)
    suspend_process("failing", user=world.actor("admin"), reason=WHY, with_running=False)

    chosen = IncidentFilter(process="failing")
    batch = repair_incidents(chosen, None, user=world.actor("admin"), reason=WHY)
    run()

    assert set(batch.items.values_list("status", "code")) == {("refused", "process_suspended")}
    assert Incident.objects.filter(resolved_at=None, attempts=1, wait__status="incident").count() == 3


def test_an_incident_whose_worker_died_while_it_ran_has_another_turn(
    world: World, failing: list[Case]
) -> None:
    chosen = IncidentFilter("failing", None, "divide", "")
    batch = repair_incidents(chosen, None, user=world.actor("admin"), reason=WHY)
    item = batch.items.order_by("position").first()
    assert item is not None
    item.tries = 2
    _leased_by_hand(Incident.objects.get(public_id=item.key).pk)

    with pytest.raises(Busy):
        retry(batch, item, world.actor("admin"))


@pytest.mark.parametrize("action", [Action.CANCEL, Action.SKIP])
def test_a_repair_that_was_done_before_the_worker_died_is_told_as_done(
    world: World, failing: list[Case], action: Action
) -> None:
    values = {"missing": 1} if action == Action.SKIP else None
    chosen = IncidentFilter("failing", None, "divide", "")
    batch = repair_incidents(chosen, Asked(action, values=values), user=world.actor("admin"), reason=WHY)
    batch = confirm_batch(batch.public_id, user=second_admin(world))
    item = batch.items.order_by("position").first()
    assert item is not None
    item.tries = 1
    item.save()
    repair(batch, item, world.actor("admin"))

    run()

    assert statuses(batch) == ["done", "done", "done"]


def test_a_case_that_somebody_else_ended_before_its_turn_is_refused(
    world: World, failing: list[Case]
) -> None:
    chosen = IncidentFilter("failing", None, "divide", "")
    batch = repair_incidents(chosen, Asked(Action.CANCEL), user=world.actor("admin"), reason=WHY)
    confirm_batch(batch.public_id, user=second_admin(world))
    cancel_case(failing[0].public_id, user=world.actor("admin"), reason="duplicate")

    run()

    assert sorted(statuses(batch)) == ["done", "done", "refused"]
