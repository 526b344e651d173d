"""Cases and processes that rest: who says so, what is refused meanwhile, and what goes on afterwards."""

from __future__ import annotations

import pytest

from cases.errors import CaseSuspended, FormInvalid, NotAllowed, NotFound, ProcessResting, Refused
from cases.models import AuditEntry, Batch
from cases.services.batches import cancel_batch, pause_batch, resume_batch
from cases.services.cases import cancel_case
from cases.services.holding import save_draft
from cases.services.start import Started, start_case
from cases.services.suspending import (
    resume_case,
    resume_one,
    resume_process,
    suspend_case,
    suspend_one,
    suspend_process,
)
from cases.services.tasks import Completed, complete_task
from engine import jobs
from engine.invariants import all_invariants
from engine.models import ProcessInstance, Suspension
from tests.cases.conftest import ASKED, open_task
from tests.cases.people import World
from tests.cases.unchanged import refused

WHY = "Sūdzības izskatīšana"


def statuses() -> list[str]:
    return list(ProcessInstance.objects.order_by("id").values_list("status", flat=True))


def run() -> None:
    jobs.run_due("test", until_empty=True)


def test_nothing_can_be_sent_in_a_case_that_rests_but_what_is_typed_is_kept(
    world: World, started: Started
) -> None:
    assert started.task is not None
    head, task = world.actor("head"), started.task.public_id
    suspend_case(started.case.public_id, user=world.actor("admin"), reason=WHY)

    with refused(CaseSuspended, code="case_suspended"):
        complete_task(task, user=head, answers=ASKED)
    save_draft(task, user=head, content=ASKED, version=None)
    resume_case(started.case.public_id, user=world.actor("admin"))
    complete_task(task, user=head, answers=ASKED)

    acts = AuditEntry.objects.filter(action__in=("case.suspended", "case.resumed")).order_by("id")
    assert [row.action for row in acts] == ["case.suspended", "case.resumed"]
    assert WHY not in str(acts[0].fields)
    standing = Suspension.objects.get()
    assert (standing.reason, standing.by, standing.resumed_by) == (WHY, "admin", "admin")
    assert all_invariants() == []


def test_a_case_that_rests_can_be_ended(world: World, submitted: Completed) -> None:
    suspend_case(submitted.case_public_id, user=world.actor("admin"), reason=WHY)

    cancel_case(submitted.case_public_id, user=world.actor("admin"), reason="duplicate")

    assert statuses() == ["cancelled"]
    assert Suspension.objects.get().resumed_at is not None
    assert all_invariants() == []


@pytest.mark.parametrize("name", ["officer", "head", "auditor", "municipal"])
def test_only_an_administrator_lets_rest_and_go_on(world: World, submitted: Completed, name: str) -> None:
    with refused(NotAllowed):
        suspend_case(submitted.case_public_id, user=world.actor(name), reason=WHY)
    with refused(NotAllowed):
        suspend_process("request", user=world.actor(name), reason=WHY, with_running=True)
    suspend_case(submitted.case_public_id, user=world.actor("admin"), reason=WHY)
    with refused(NotAllowed):
        resume_case(submitted.case_public_id, user=world.actor(name))


def test_a_stranger_learns_nothing_and_a_reason_is_needed(world: World, submitted: Completed) -> None:
    with refused(NotFound):
        suspend_case(submitted.case_public_id, user=world.actor("stranger"), reason=WHY)
    with refused(FormInvalid):
        suspend_case(submitted.case_public_id, user=world.actor("admin"), reason=" ")
    with refused(Refused):
        resume_case(submitted.case_public_id, user=world.actor("admin"))


def test_a_process_that_rests_starts_nothing_and_its_running_cases_go_on(
    world: World, submitted: Completed
) -> None:
    suspend_process("request", user=world.actor("admin"), reason=WHY, with_running=False)

    with refused(ProcessResting):
        start_case("request", user=world.actor("head"), organisation=world.school)
    task = open_task(submitted)
    complete_task(task.public_id, user=world.actor("officer"), answers={"decision": "grant"})

    assert statuses() == ["completed"]


def test_with_its_running_cases_all_rest_and_go_on_together_but_for_one_that_rested_by_itself(
    world: World, submitted: Completed
) -> None:
    own = start_case("request", user=world.actor("head"), organisation=world.school)
    suspend_case(own.case.public_id, user=world.actor("admin"), reason="Cits iemesls")
    suspend_process("request", user=world.actor("admin"), reason=WHY, with_running=True)
    run()
    assert statuses() == ["suspended", "suspended"]
    with refused(CaseSuspended):
        task = open_task(submitted)
        complete_task(task.public_id, user=world.actor("officer"), answers={"decision": "grant"})

    resume_process("request", user=world.actor("admin"))
    run()

    assert statuses() == ["running", "suspended"]
    start_case("request", user=world.actor("head"), organisation=world.school)
    assert all_invariants() == []


def test_what_has_had_no_turn_when_the_process_goes_on_is_told_as_not_run_and_never_rests(
    world: World, submitted: Completed
) -> None:
    batch = suspend_process("request", user=world.actor("admin"), reason=WHY, with_running=True)
    assert batch is not None

    assert resume_process("request", user=world.actor("admin")) is None
    run()

    assert statuses() == ["running"]
    assert list(batch.items.values_list("status", flat=True)) == ["not_run"]
    batch.refresh_from_db()
    assert batch.state == "cancelled"


def test_a_case_whose_turn_comes_as_the_process_goes_on_does_not_rest(
    world: World, submitted: Completed
) -> None:
    batch = suspend_process("request", user=world.actor("admin"), reason=WHY, with_running=True)
    assert batch is not None
    item = batch.items.get()
    resume_process("request", user=world.actor("admin"))

    with pytest.raises(Refused):
        suspend_one(batch, item, world.actor("admin"))

    assert statuses() == ["running"]


def test_a_case_that_came_to_rest_before_its_worker_died_goes_on_with_the_process(
    world: World, submitted: Completed
) -> None:
    batch = suspend_process("request", user=world.actor("admin"), reason=WHY, with_running=True)
    assert batch is not None
    # The worker has done it, and dies before it can write what became of the item.
    suspend_one(batch, batch.items.get(), world.actor("admin"))
    assert statuses() == ["suspended"]

    resume_process("request", user=world.actor("admin"))
    run()

    assert statuses() == ["running"]
    assert all_invariants() == []


def test_a_case_that_was_put_to_rest_by_itself_before_its_turn_does_not_go_on_with_the_process(
    world: World, submitted: Completed
) -> None:
    suspend_process("request", user=world.actor("admin"), reason=WHY, with_running=True)
    suspend_case(submitted.case_public_id, user=world.actor("admin"), reason="Cits iemesls")
    run()

    resume_process("request", user=world.actor("admin"))
    run()

    assert statuses() == ["suspended"]
    assert Suspension.objects.get(resumed_at=None).reason == "Cits iemesls"


def going_on(world: World) -> Batch:
    """The batch, not begun yet, by which what rested with its process is to go on."""
    suspend_process("request", user=world.actor("admin"), reason=WHY, with_running=True)
    run()
    batch = resume_process("request", user=world.actor("admin"))
    assert batch is not None
    return batch


def test_what_has_not_gone_on_as_its_process_rests_again_goes_on_with_it_the_next_time(
    world: World, submitted: Completed
) -> None:
    admin, batch = world.actor("admin"), going_on(world)
    pause_batch(batch.public_id, user=admin)

    assert suspend_process("request", user=admin, reason="Vēlreiz", with_running=True) is None
    with refused(Refused):
        resume_batch(batch.public_id, user=admin)
    run()

    assert statuses() == ["suspended"]
    batch.refresh_from_db()
    assert (batch.state, batch.items.get().status) == ("cancelled", "not_run")
    resume_process("request", user=admin)
    run()
    assert statuses() == ["running"]
    assert all_invariants() == []


def test_some_that_went_on_and_some_that_did_not_rest_again_and_go_on_together(
    world: World, submitted: Completed
) -> None:
    start_case("request", user=world.actor("head"), organisation=world.school)
    admin, batch = world.actor("admin"), going_on(world)
    resume_one(batch, batch.items.order_by("position")[0], admin)
    assert statuses() == ["running", "suspended"]

    suspend_process("request", user=admin, reason="Vēlreiz", with_running=True)
    run()
    assert statuses() == ["suspended", "suspended"]
    resume_process("request", user=admin)
    run()

    assert statuses() == ["running", "running"]


def test_a_case_whose_turn_to_go_on_comes_as_the_process_rests_again_rests(
    world: World, submitted: Completed
) -> None:
    admin, batch = world.actor("admin"), going_on(world)
    suspend_process("request", user=admin, reason="Vēlreiz", with_running=True)

    with refused(Refused):
        resume_one(batch, batch.items.get(), admin)

    assert statuses() == ["suspended"]


def test_what_goes_on_already_does_so_if_only_the_process_is_put_to_rest_again(
    world: World, submitted: Completed
) -> None:
    going_on(world)

    suspend_process("request", user=world.actor("admin"), reason="Vēlreiz", with_running=False)
    run()

    assert statuses() == ["running"]


def test_what_a_cancelled_batch_left_resting_goes_on_the_next_time(
    world: World, submitted: Completed
) -> None:
    admin = world.actor("admin")
    cancel_batch(going_on(world).public_id, user=admin)
    run()
    assert statuses() == ["suspended"]

    suspend_process("request", user=admin, reason="Vēlreiz", with_running=False)
    resume_process("request", user=admin)
    run()

    assert statuses() == ["running"]


def test_a_case_put_to_rest_by_itself_before_its_turn_to_go_on_goes_on_resting(
    world: World, submitted: Completed
) -> None:
    admin, batch = world.actor("admin"), going_on(world)
    resume_case(submitted.case_public_id, user=admin)
    suspend_case(submitted.case_public_id, user=admin, reason="Cits iemesls")
    run()

    assert statuses() == ["suspended"]
    assert batch.items.get().code == "case_suspended"
    suspend_process("request", user=admin, reason="Vēlreiz", with_running=True)
    assert resume_process("request", user=admin) is None
