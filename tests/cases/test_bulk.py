"""One act on many tasks: every task is an ordinary step, judged at its turn, done once."""

from __future__ import annotations

from uuid import uuid4

import pytest

from accounts.models import RoleGrant, User
from cases import bulk as turns
from cases import forms, queries
from cases.errors import BulkRefused, Busy, FormInvalid, KeyReused, NotFound
from cases.forms import Form, FormContext
from cases.models import Answer, AuditEntry, BulkAction, Message
from cases.services import sharing
from cases.services.bulk import BulkEnded, cancel_bulk, look_at, start_bulk
from cases.services.start import start_case
from cases.services.tasks import claim_task, complete_task
from engine import clock, jobs
from engine.invariants import all_invariants
from engine.models import Task, Wait
from tests.cases.conftest import ASKED, open_task
from tests.cases.people import World, grant
from tests.cases.unchanged import refused

GRANT = {"decision": "grant"}


def submitted(world: World, many: int, by: str = "head") -> list[Task]:
    """So many requests that wait for the ministry's decision, oldest first."""
    tasks = []
    for _ in range(many):
        started = start_case("request", user=world.actor(by), organisation=world.school)
        assert started.task is not None
        done = complete_task(started.task.public_id, user=world.actor(by), answers=ASKED)
        tasks.append(open_task(done))
    return tasks


def ids(tasks: list[Task]) -> list[object]:
    return [task.public_id for task in tasks]


def grant_all(world: World, tasks: list[Task], by: str = "officer") -> BulkAction:
    return start_bulk(ids(tasks), user=world.actor(by), kind="complete", answers=GRANT)  # type: ignore[arg-type]


def statuses(bulk: BulkAction) -> list[str]:
    return list(bulk.items.order_by("position").values_list("status", flat=True))


def run() -> None:
    jobs.run_due("test", until_empty=True)


def test_every_task_is_decided_in_a_step_of_its_own(world: World) -> None:
    tasks = submitted(world, 3)

    bulk = grant_all(world, tasks)
    run()

    assert statuses(bulk) == ["done", "done", "done"]
    assert {task.status for task in Task.objects.filter(pk__in=[task.pk for task in tasks])} == {"completed"}
    view = queries.bulk_view(world.scope("officer"), bulk.public_id)
    assert (view.total, view.done, view.refused, view.waiting) == (3, 3, 0, 0)
    assert view.ended_at is not None
    assert all_invariants() == []


def test_a_task_that_was_taken_meanwhile_is_refused_with_its_reason_and_the_others_are_done(
    world: World,
) -> None:
    first, second = submitted(world, 2)
    bulk = grant_all(world, [first, second])
    claim_task(first.public_id, user=world.actor("colleague"))

    run()

    assert statuses(bulk) == ["refused", "done"]
    item = bulk.items.get(task=first)
    assert item.code == "assigned_to_other"
    assert "Anna Kolēģe" in item.because_lv
    assert "Anna Kolēģe" in item.because_en
    assert Task.objects.get(pk=first.pk).status == "open"


def test_four_eyes_are_judged_for_every_task(world: World) -> None:
    grant(User.objects.get(username="officer"), "institution_head", world.school)
    own, other = submitted(world, 1, by="officer"), submitted(world, 1)

    bulk = grant_all(world, [*own, *other])
    run()

    assert statuses(bulk) == ["refused", "done"]
    assert bulk.items.get(task=own[0]).code == "decided_earlier"
    assert Task.objects.get(pk=own[0].pk).status == "open"


def test_a_role_that_ended_meanwhile_refuses_what_had_no_turn(world: World) -> None:
    tasks = submitted(world, 2)
    bulk = grant_all(world, tasks)
    RoleGrant.objects.filter(user__username="officer").update(revoked_at=clock.now())

    run()

    assert statuses(bulk) == ["refused", "refused"]
    assert Answer.objects.filter(task__in=tasks).count() == 0


def test_a_right_lost_in_the_middle_is_noticed_by_what_follows(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks = submitted(world, 3)
    bulk = grant_all(world, tasks)
    do, seconds = turns._do, iter((0.0, 0.0, 0.5, sharing.SECONDS))

    def revoked_after_the_first(action: BulkAction, turn: turns.Turn, actor: object) -> None:
        do(action, turn, actor)  # type: ignore[arg-type]
        RoleGrant.objects.filter(user__username="officer").update(revoked_at=clock.now())

    monkeypatch.setattr(turns, "_do", revoked_after_the_first)
    monkeypatch.setattr(sharing, "_seconds", lambda: next(seconds))
    run()

    # The second has its turn half a second after the roles were read, the third a second after.
    assert statuses(bulk) == ["done", "done", "refused"]
    assert bulk.items.get(task=tasks[2]).code == "not_found"


def test_an_account_closed_in_the_middle_is_noticed_by_what_follows(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks = submitted(world, 2)
    bulk = grant_all(world, tasks)
    do = turns._do

    def closed_after_the_first(action: BulkAction, turn: turns.Turn, actor: object) -> None:
        do(action, turn, actor)  # type: ignore[arg-type]
        User.objects.filter(username="officer").update(is_active=False)

    monkeypatch.setattr(turns, "_do", closed_after_the_first)
    monkeypatch.setattr(sharing, "SECONDS", 0.0)
    run()

    assert statuses(bulk) == ["done", "refused"]


def test_a_task_that_opened_elsewhere_is_judged_by_its_own_group_and_four_eyes(
    world: World,
) -> None:
    """What is shared is what the person may; who did which task before is read for every case."""
    grant(User.objects.get(username="officer"), "institution_head", world.school)
    first, own, last = submitted(world, 1), submitted(world, 1, by="officer"), submitted(world, 1)

    bulk = grant_all(world, [*first, *own, *last])
    run()

    assert statuses(bulk) == ["done", "refused", "done"]


def test_the_form_is_checked_once_for_all(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    bulk = grant_all(world, submitted(world, 3))
    checked, check = [], forms.check

    def counted(form: Form, answers: object, *, context: FormContext) -> dict[str, object]:
        checked.append(form.key)
        return check(form, answers, context=context)  # type: ignore[arg-type]

    monkeypatch.setattr(forms, "check", counted)
    run()

    assert statuses(bulk) == ["done"] * 3
    assert checked == ["decision"]


def test_other_answers_or_another_colleague_under_the_same_key_are_another_request(world: World) -> None:
    first, second = submitted(world, 2)
    asked = {"user": world.actor("officer"), "idempotency_key": "k"}
    start_bulk([first.public_id], kind="complete", answers={"decision": "grant"}, **asked)
    with refused(KeyReused):
        start_bulk([first.public_id], kind="complete", answers={"decision": "return"}, **asked)

    asked["idempotency_key"] = "l"
    start_bulk([second.public_id], kind="assign", to="officer", **asked)
    with refused(KeyReused):
        start_bulk([second.public_id], kind="assign", to="colleague", **asked)


def test_the_same_request_starts_it_once_and_another_under_its_key_is_refused(world: World) -> None:
    first, second = submitted(world, 2)
    user = world.actor("officer")

    one = start_bulk([first.public_id], user=user, kind="claim", idempotency_key="k")
    same = start_bulk([first.public_id], user=user, kind="claim", idempotency_key="k")

    assert same.pk == one.pk
    assert BulkAction.objects.count() == 1
    with refused(KeyReused):
        start_bulk([second.public_id], user=user, kind="claim", idempotency_key="k")


def test_a_worker_that_dies_between_two_tasks_is_followed_by_another(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks = submitted(world, 3)
    bulk = grant_all(world, tasks)
    following, turn = turns._next, []

    def die_after_the_step(settled: turns.Settled | None, pk: int | None) -> turns.Turn | None:
        turn.append(pk)
        if len(turn) == 3:
            raise SystemExit
        return following(settled, pk)

    monkeypatch.setattr(turns, "_next", die_after_the_step)
    with pytest.raises(SystemExit):
        run()
    assert statuses(bulk) == ["done", "waiting", "waiting"]
    assert Task.objects.get(pk=tasks[1].pk).status == "completed"
    monkeypatch.setattr(turns, "_next", following)
    Wait.objects.filter(topic="cases.bulk").update(lease_until=None)

    run()

    assert statuses(bulk) == ["done", "done", "done"]
    assert Answer.objects.filter(task__in=tasks).count() == 3
    about = [f"task:{task.public_id}" for task in tasks]
    assert AuditEntry.objects.filter(action="task.completed", object__in=about).count() == 3
    assert all_invariants() == []


def test_a_task_whose_case_is_busy_gets_another_turn_and_is_refused_in_the_end(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = submitted(world, 2)
    bulk = grant_all(world, [first, second])
    do = turns._do

    def busy(action: BulkAction, turn: turns.Turn, actor: object) -> None:
        if turn.task_id == first.pk:
            raise Busy
        do(action, turn, actor)  # type: ignore[arg-type]

    monkeypatch.setattr(turns, "_do", busy)
    monkeypatch.setattr(turns, "PAUSE", turns.PAUSE * 0)

    run()

    assert statuses(bulk) == ["refused", "done"]
    item = bulk.items.get(task=first)
    assert (item.code, item.tries) == ("busy", 5)


def test_a_fault_of_the_house_stops_no_other_task_and_the_job_tries_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = submitted(world, 2)
    bulk = grant_all(world, [first, second])
    do = turns._do

    def broken(action: BulkAction, turn: turns.Turn, actor: object) -> None:
        if turn.task_id == first.pk:
            raise RuntimeError("broken")
        do(action, turn, actor)  # type: ignore[arg-type]

    monkeypatch.setattr(turns, "_do", broken)
    run()

    assert statuses(bulk) == ["waiting", "done"]
    wait = Wait.objects.get(topic="cases.bulk", status="due")
    assert (wait.attempts, wait.leased_by) == (1, "")
    monkeypatch.setattr(turns, "_do", do)
    Wait.objects.filter(pk=wait.pk).update(due_at=clock.now())
    run()
    assert statuses(bulk) == ["done", "done"]


def test_many_tasks_go_on_in_further_jobs_when_the_time_of_one_is_over(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks = submitted(world, 3)
    bulk = grant_all(world, tasks)
    monkeypatch.setattr(turns, "SECONDS", 0.0)
    jobs.run_due("test", limit=1)
    assert statuses(bulk) == ["waiting"] * 3
    monkeypatch.undo()

    run()

    assert statuses(bulk) == ["done"] * 3


def test_what_had_no_turn_can_be_left_undone(world: World) -> None:
    tasks = submitted(world, 2)
    bulk = grant_all(world, tasks)

    cancel_bulk(bulk.public_id, user=world.actor("officer"))
    run()

    assert statuses(bulk) == ["cancelled", "cancelled"]
    assert {task.status for task in Task.objects.filter(pk__in=[task.pk for task in tasks])} == {"open"}
    with refused(BulkEnded):
        cancel_bulk(bulk.public_id, user=world.actor("officer"))


def test_a_colleagues_act_is_not_there_for_others(world: World) -> None:
    bulk = grant_all(world, submitted(world, 1))

    with refused(NotFound):
        cancel_bulk(bulk.public_id, user=world.actor("colleague"))
    with pytest.raises(NotFound):
        queries.bulk_view(world.scope("colleague"), bulk.public_id)
    with pytest.raises(NotFound):
        queries.bulk_items(world.scope("colleague"), bulk.public_id)
    assert queries.bulks_to_tell(world.scope("colleague")) == ()


def test_who_left_gets_a_message_and_who_looks_on_gets_none(world: World) -> None:
    first, second = submitted(world, 2)
    watched = grant_all(world, [first])
    look_at(watched.public_id, user=world.actor("officer"), now=clock.now())
    run()
    assert Message.objects.filter(kind="bulk.finished").count() == 0

    grant_all(world, [second])
    run()

    message = Message.objects.get(kind="bulk.finished")
    assert message.recipient == User.objects.get(username="officer").person


def test_tasks_of_two_kinds_are_not_decided_together(world: World) -> None:
    decide = submitted(world, 1)
    pair = start_case("pair", user=world.actor("head"), organisation=world.school)
    other = Task.objects.get(instance=pair.case.instance, group__startswith="ministry_officer")

    with refused(BulkRefused):
        grant_all(world, [*decide, other])
    assert BulkAction.objects.count() == 0


def test_a_form_that_is_not_marked_for_it_is_not_answered_for_many(world: World) -> None:
    started = start_case("request", user=world.actor("head"), organisation=world.school)
    assert started.task is not None

    with refused(BulkRefused):
        start_bulk([started.task.public_id], user=world.actor("head"), kind="complete", answers=ASKED)


def test_a_decision_that_is_not_offered_for_many_is_refused_before_anything_starts(world: World) -> None:
    tasks = submitted(world, 1)

    with refused(FormInvalid):
        start_bulk(ids(tasks), user=world.actor("officer"), kind="complete", answers={"decision": "return"})  # type: ignore[arg-type]
    with refused(BulkRefused):
        start_bulk([], user=world.actor("officer"), kind="complete", answers=GRANT)
    with refused(NotFound):
        start_bulk([uuid4()], user=world.actor("officer"), kind="complete", answers=GRANT)
    with refused(NotFound):
        start_bulk(ids(tasks), user=world.actor("stranger"), kind="claim")  # type: ignore[arg-type]


def test_many_are_claimed_given_back_and_given_to_a_colleague(world: World) -> None:
    tasks = submitted(world, 2)
    user = world.actor("officer")

    start_bulk(ids(tasks), user=user, kind="claim")  # type: ignore[arg-type]
    run()
    assert {task.assignee for task in Task.objects.filter(pk__in=[one.pk for one in tasks])} == {"officer"}
    start_bulk(ids(tasks), user=user, kind="release")  # type: ignore[arg-type]
    run()
    assert {task.assignee for task in Task.objects.filter(pk__in=[one.pk for one in tasks])} == {""}
    start_bulk(ids(tasks), user=user, kind="assign", to="colleague")  # type: ignore[arg-type]
    run()
    assert {task.assignee for task in Task.objects.filter(pk__in=[one.pk for one in tasks])} == {"colleague"}


def test_before_it_is_asked_for_each_row_says_whether_it_is_possible(world: World) -> None:
    first, second, third = submitted(world, 3)
    claim_task(first.public_id, user=world.actor("colleague"))
    complete_task(third.public_id, user=world.actor("colleague"), answers={"decision": "refuse"})

    found = queries.bulk_preview(
        world.scope("officer"),
        ids([first, second, third]),
        kind="complete",
        answers=GRANT,  # type: ignore[arg-type]
    )

    codes = {row.task.public_id: row.code for row in found.rows}
    assert codes == {
        first.public_id: "assigned_to_other",
        second.public_id: "",
        third.public_id: "task_not_open",
    }
    assert found.form is not None
    assert [choice.value for choice in found.form.field("decision").options] == ["grant", "refuse"]
    assert [row.task.public_id for row in found.possible] == [second.public_id]


def test_the_inbox_tells_of_what_is_under_way_until_its_end_was_seen(world: World) -> None:
    bulk = grant_all(world, submitted(world, 1))
    scope = world.scope("officer")
    assert [one.public_id for one in queries.bulks_to_tell(scope)] == [bulk.public_id]
    run()
    assert [one.waiting for one in queries.bulks_to_tell(scope)] == [0]

    look_at(bulk.public_id, user=world.actor("officer"), now=clock.now())

    assert queries.bulks_to_tell(scope) == ()
