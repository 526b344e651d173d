"""An act on many things: begun at once or confirmed first, each item its turn, paused, resumed, cancelled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import OperationalError

from accounts.actors import Actor
from cases import batches as turns
from cases.batch_kinds import ItemFailed, batch_kind, kind_of
from cases.errors import Busy, FormInvalid, KeyReused, NotAllowed, NotFound, Refused
from cases.models import AuditEntry, Batch, BatchItem
from cases.queries.batches import batch_items, batch_view, newest_batches, reasons_of
from cases.services.acting import act, begin
from cases.services.batches import (
    BATCH,
    Target,
    Wanted,
    ask_batch,
    cancel_batch,
    confirm_batch,
    pause_batch,
    resume_batch,
)
from engine import clock, jobs
from engine.models import Wait
from tests.cases.people import World, grant, person, user
from tests.cases.unchanged import refused

KIND = "tests.batch"
did: list[str] = []
stops: dict[str, Exception] = {}
# What somebody else does while an item has its turn.
meanwhile: dict[str, Callable[[], object]] = {}


@batch_kind(KIND, title=("Pārbaude", "A test"))
def _do(_batch: Batch, item: BatchItem, _actor: Actor) -> None:
    if item.key in stops:
        raise stops[item.key]
    if item.key in meanwhile:
        meanwhile[item.key]()
    did.append(item.key)


@pytest.fixture(autouse=True)
def _nothing_done() -> Iterator[None]:
    did.clear()
    stops.clear()
    meanwhile.clear()
    yield
    stops.clear()
    meanwhile.clear()


def ask(world: World, *keys: str, by: str = "admin", confirming: bool = False, **more: str) -> Batch:
    actor = world.actor(by)
    wanted = Wanted(**{"kind": KIND, "reason": "Pārbaude", **more}, needs_confirming=confirming)  # type: ignore[arg-type]
    with act(actor, "batch.ask", "tests"):
        return ask_batch(wanted, [Target(key=key) for key in keys], user=actor, begun=begin(actor))


def run() -> None:
    jobs.run_due("test", until_empty=True)


def statuses(batch: Batch) -> list[str]:
    return list(batch.items.order_by("position").values_list("status", flat=True))


def second_admin(world: World) -> Actor:
    other = user("otra", person("Otra", "Pārzine"))
    grant(other, "ministry_admin", world.ministry)
    return world.actor("otra")


def test_every_item_has_its_turn_in_order(world: World) -> None:
    batch = ask(world, "a", "b", "c")

    run()

    assert did == ["a", "b", "c"]
    view = batch_view(world.scope("admin"), batch.public_id)
    assert (view.state, view.total, view.done, view.settled) == ("ended", 3, 3, 3)


def test_what_is_refused_or_fails_is_told_with_its_reason_and_stops_no_other(world: World) -> None:
    stops["a"] = Refused("why", "Tā nevar.")
    stops["b"] = ItemFailed("again", "Atkal neizdevās.", "It failed again.")
    stops["c"] = RuntimeError("broken")

    batch = ask(world, "a", "b", "c", "d")
    run()

    assert statuses(batch) == ["refused", "failed", "failed", "done"]
    rows = batch_items(world.scope("admin"), batch.public_id).items
    assert [row.code for row in rows] == ["why", "again", "handler_failed", ""]
    assert (rows[1].because_lv, rows[1].because_en) == ("Atkal neizdevās.", "It failed again.")
    assert rows[2].because_lv != rows[2].because_en
    assert ("Tā nevar.", "Tā nevar.", 1) in reasons_of(world.scope("admin"), batch.public_id)


def test_a_busy_item_gets_another_turn_and_is_refused_in_the_end(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "PAUSE", turns.PAUSE * 0)
    stops["a"] = Busy()

    batch = ask(world, "a", "b")
    run()

    assert statuses(batch) == ["refused", "done"]
    assert batch.items.get(key="a").tries == turns.MOST_TRIES


def test_what_met_a_lost_connection_is_tried_again(world: World) -> None:
    stops["a"] = OperationalError("the connection is closed")
    batch = ask(world, "a", "b")
    run()
    assert statuses(batch) == ["waiting", "waiting"]

    stops.clear()
    clock.set_offset(timedelta(hours=1))
    run()

    assert statuses(batch) == ["done", "done"]


def test_each_turn_of_what_is_busy_comes_twice_as_late(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    hour = timedelta(hours=1)
    monkeypatch.setattr(turns, "PAUSE", hour)
    stops["a"] = Busy()
    ask(world, "a")
    waited = []

    for _ in range(4):
        run()
        pause = Wait.objects.get(topic=BATCH, status="due").due_at - clock.now()
        waited.append(round(pause / hour))
        clock.set_offset(clock.offset() + pause + timedelta(seconds=1))

    assert waited == [1, 2, 4, 8]


def test_what_has_no_time_left_goes_on_in_the_next_job(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter(range(0, 1000, 6))
    monkeypatch.setattr(turns.time, "monotonic", lambda: next(now))

    batch = ask(world, "a", "b", "c")
    run()

    batch.refresh_from_db()
    assert (did, batch.turn > 1, batch.state) == (["a", "b", "c"], True, "ended")


def test_a_paused_batch_rests_until_it_is_resumed(world: World) -> None:
    batch = ask(world, "a", "b")
    pause_batch(batch.public_id, user=world.actor("admin"))
    run()
    assert (did, statuses(batch)) == ([], ["waiting", "waiting"])

    resume_batch(batch.public_id, user=world.actor("admin"))
    run()

    assert did == ["a", "b"]
    acts = AuditEntry.objects.filter(object=f"batch:{batch.public_id}").order_by("id")
    assert [row.action for row in acts] == ["batch.asked", "batch.paused", "batch.resumed"]
    assert acts[0].fields["reason"] == "Pārbaude"


def test_paused_in_the_middle_it_stops_after_the_item_in_hand(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = ask(world, "a", "b")
    settle = turns._settle

    def pausing(item: BatchItem, *more: object) -> None:
        settle(item, *more)  # type: ignore[arg-type]
        Batch.objects.update(paused_at=batch.asked_at)

    monkeypatch.setattr(turns, "_settle", pausing)
    run()

    assert statuses(batch) == ["done", "waiting"]


def test_a_cancelled_batch_leaves_the_rest_as_it_was(world: World) -> None:
    batch = ask(world, "a", "b")

    cancel_batch(batch.public_id, user=world.actor("admin"))
    run()

    assert (did, statuses(batch)) == ([], ["not_run", "not_run"])
    with refused(Refused):
        resume_batch(batch.public_id, user=world.actor("admin"))


def test_what_needs_another_person_begins_when_one_has_confirmed_it(world: World) -> None:
    batch = ask(world, "a", confirming=True)
    run()
    assert did == []
    with refused(NotAllowed):
        confirm_batch(batch.public_id, user=world.actor("admin"))
    other = second_admin(world)

    confirm_batch(batch.public_id, user=other)
    run()

    assert did == ["a"]
    view = batch_view(world.scope("admin"), batch.public_id)
    assert (view.confirmed_by, view.state) == ("Otra Pārzine", "ended")
    with refused(Refused):
        confirm_batch(batch.public_id, user=other)


@pytest.mark.parametrize("name", ["officer", "head", "auditor"])
def test_only_an_administrator_asks_and_sees(world: World, name: str) -> None:
    batch = ask(world, "a")

    with refused(NotAllowed):
        ask(world, "a", by=name)
    with pytest.raises(NotFound):
        batch_view(world.scope(name), batch.public_id)
    with refused(NotFound):
        pause_batch(batch.public_id, user=world.actor(name))
    assert newest_batches(world.scope(name)) == ()


def test_a_reason_is_needed_and_the_same_key_asks_once(world: World) -> None:
    with refused(FormInvalid):
        ask(world, "a", reason="  ")
    first, again = ask(world, "a", key="k"), ask(world, "a", key="k")
    assert first.pk == again.pk
    actor = world.actor("admin")
    with refused(KeyReused), act(actor, "batch.ask", "tests"):
        wanted = Wanted(kind=KIND, reason="Cits", arguments={"x": 1}, key="k")
        ask_batch(wanted, [Target(key="a")], user=actor, begun=begin(actor))


def test_items_come_in_pages(world: World) -> None:
    batch = ask(world, *"abcde")
    scope = world.scope("admin")

    first = batch_items(scope, batch.public_id, limit=2)
    second = batch_items(scope, batch.public_id, limit=2, cursor=first.next_cursor)
    back = batch_items(scope, batch.public_id, limit=2, cursor=second.previous_cursor)

    assert [row.key for row in (*first.items, *second.items)] == ["a", "b", "c", "d"]
    assert back.items == first.items
    assert first.count == 5


def test_a_job_that_a_newer_one_replaced_gives_no_further_turn(world: World) -> None:
    batch = ask(world, "a", "b")
    jobs_over: list[int] = []

    def pause_and_resume() -> None:
        pause_batch(batch.public_id, user=world.actor("admin"))
        resume_batch(batch.public_id, user=world.actor("admin"))

    meanwhile["a"] = pause_and_resume
    meanwhile["b"] = lambda: jobs_over.append(Wait.objects.filter(topic=BATCH, status="done").count())
    run()

    assert (did, jobs_over, statuses(batch)) == (["a", "b"], [1], ["done", "done"])


def test_an_item_that_another_worker_told_as_refused_and_that_was_done_is_done(world: World) -> None:
    batch = ask(world, "a", "b")
    meanwhile["a"] = lambda: batch.items.filter(key="a").update(
        status="refused", code="resting", because_lv="Atpūšas.", because_en="It rests."
    )

    run()

    assert statuses(batch) == ["done", "done"]
    assert batch.items.get(key="a").code == batch.items.get(key="a").because_en == ""


def test_an_item_that_was_done_is_never_told_as_refused(world: World) -> None:
    batch = ask(world, "a")
    stops["a"] = Refused("no", "Nē.")
    item = batch.items.get()
    BatchItem.objects.filter(pk=item.pk).update(status="done", before={"version": 1})

    turns._one_turn(kind_of(KIND), batch, item, world.actor("admin"))

    item.refresh_from_db()
    assert (item.status, item.code, item.before) == ("done", "", {"version": 1})
