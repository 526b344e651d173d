"""Repairs of cases whose step stands inside one of several or in a called process, one by one and in bulk."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cases.errors import NotFound, Refused
from cases.invariants import invariants
from cases.models import AuditEntry, Batch, Case
from cases.queries.repairing import IncidentFilter, RepairView, repair_view
from cases.services.batches import confirm_batch
from cases.services.incidents import repair_incidents
from cases.services.repairs import Action, Asked, preview, repair_case
from cases.services.start import start_case
from engine import catalog, clock, handlers, jobs
from engine.models import Incident, RepairMade, Task
from tests.cases.people import World
from tests.cases.test_batches import second_admin
from tests.cases.unchanged import refused
from tests.engine import inside

WHY = "Reģistrs deva nepareizu skaitli."
GROUP = "institution_head@${organisation}"


def share(context) -> dict[str, int]:
    return {"share": 12 // (context.variables.get("by") or 0)}


def schools(_context) -> dict[str, list[str]]:
    return {"schools": inside.SCHOOLS}


def by_the_head(files: dict[str, bytes]) -> dict[str, bytes]:
    return {
        name: one.replace(b"start:clerk", b"start:institution_head") if name.endswith(".bpmn") else one
        for name, one in files.items()
    }


@pytest.fixture
def topics() -> Iterator[None]:
    handlers._handlers["test.share"] = handlers.Handler("test.share", share, "job", "by_hand")
    handlers._handlers["test.schools"] = handlers.Handler("test.schools", schools, "in_step", "safe")
    yield
    del handlers._handlers["test.share"], handlers._handlers["test.schools"]


def begun(world: World, key: str) -> Case:
    case = start_case(key, user=world.actor("head"), organisation=world.school).case
    run()
    return case


@pytest.fixture
def each(world: World, topics: None) -> Case:
    """A case that has failed at the same step of each of three."""
    catalog.deploy(by_the_head(inside.divided_for_each("test.share", "test.schools", GROUP)))
    return begun(world, "dividing_each")


@pytest.fixture
def called(world: World, topics: None) -> list[Case]:
    """Two cases that have failed in the process that they call."""
    for files in inside.called_division("test.share", GROUP):
        catalog.deploy(by_the_head(files))
    return [begun(world, "calling") for _ in range(2)]


def run() -> None:
    jobs.run_due("test", until_empty=True)


def seen(world: World, case: Case, wait: str = "") -> RepairView:
    return repair_view(world.scope("admin"), case.public_id, wait)


def failed(case: Case) -> list[str]:
    found = Incident.objects.filter(instance=case.instance_id, resolved_at=None).order_by("id")
    return [one.wait.wait_id for one in found if one.wait is not None]


def statuses(batch: Batch) -> list[str]:
    return list(batch.items.order_by("position").values_list("status", flat=True))


def test_each_of_several_is_told_apart_and_shows_what_it_saw(world: World, each: Case) -> None:
    view = seen(world, each)
    assert [(one.around[0].place.element, one.around[0].number, one.around[0].key) for one in view.waits] == [
        ("asked", 1, "a"), ("asked", 2, "b"), ("asked", 3, "c"),
    ]  # fmt: skip
    assert [one.name for one in view.variables] == [
        "asked_done", "asked_yes", "organisation", "schools", "total",
    ]  # fmt: skip
    second = seen(world, each, failed(each)[1])
    assert [(one.name, one.value, one.owner, one.is_written) for one in second.variables[:3]] == [
        ("by", None, "asked", True), ("share", None, "asked", True), ("school", "b", "asked", False),
    ]  # fmt: skip
    places = {one.element: one.inside.element if one.inside is not None else "" for one in view.targets}
    assert places == {
        "list": "", "divide": "asked", "look": "asked", "e": "asked", "asked": "", "after": "", "end": "",
    }  # fmt: skip
    with pytest.raises(NotFound):
        seen(world, each, "999")


def test_a_value_is_set_in_one_of_several_with_hashes_of_its_own_name(world: World, each: Case) -> None:
    asked = Asked(Action.SET, failed(each)[1], values={"by": "4", "total": "1"})
    assert preview(each, asked, now=clock.now()).variables == (("asked#2/by", None, 4), ("total", None, 1))

    assert repair_case(each.public_id, asked, user=world.actor("admin"), reason=WHY) is None

    entry = AuditEntry.objects.get(action="case.variables")
    assert sorted(entry.fields["variables"]) == ["asked#2/by", "total"]
    assert all(len(one) == 32 for pair in entry.fields["variables"].values() for one in pair)
    told = {one.name: one.value for one in seen(world, each, failed(each)[1]).variables}
    assert (told["by"], told["total"]) == (4, 1)
    assert {one.name: one.value for one in seen(world, each, failed(each)[0]).variables}["by"] is None
    assert invariants() == []


@pytest.mark.parametrize(
    ("action", "values", "code"),
    [
        ("set", {"by": "many"}, "wrongtype"),
        ("set", {"number": 3}, "undeclaredvariable"),
        ("skip", {"share": "many"}, "wrongtype"),
        ("skip", {"result": 3}, "undeclaredvariable"),
        ("skip", {"share": "\x00"}, "wrongtype"),
    ],
)
def test_values_are_those_that_the_called_process_declares(
    world: World, called: list[Case], action: str, values: dict[str, object], code: str
) -> None:
    (wait,) = failed(called[0])
    with refused(Refused) as against:
        repair_case(
            called[0].public_id,
            Asked(Action(action), wait, "", values),
            user=world.actor("admin"),
            reason=WHY,
        )
    assert against.value.because == code


def test_a_skip_in_a_called_process_takes_what_it_should_have_written(
    world: World, called: list[Case]
) -> None:
    (wait,) = failed(called[0])
    batch = repair_case(
        called[0].public_id,
        Asked(Action.SKIP, wait, "", {"share": "6"}),
        user=world.actor("admin"),
        reason=WHY,
    )
    assert batch is not None
    assert batch.arguments["element"] == "asked/divide"
    confirm_batch(batch.public_id, user=second_admin(world))
    run()

    assert statuses(batch) == ["done"]
    assert RepairMade.objects.get().variables == [["asked/share", ["none", None], ["int", 6]]]
    assert list(AuditEntry.objects.get(action="case.variables").fields["variables"]) == ["asked/share"]
    assert Task.objects.get(instance=called[0].instance_id, status="open").element == "asked/look"
    assert Incident.objects.get(instance=called[0].instance_id).resolved_at is not None
    assert invariants() == []


def test_variables_of_a_called_process_are_set_in_many(world: World, called: list[Case]) -> None:
    chosen = IncidentFilter(process="calling", version=1, element="asked/divide")
    asked = Asked(Action.SET, values={"by": "3"})
    batch = repair_incidents(chosen, asked, user=world.actor("admin"), reason=WHY)
    run()
    assert statuses(batch) == ["done", "done"]
    again = repair_incidents(chosen, None, user=world.actor("admin"), reason=WHY)
    run()
    assert statuses(again) == ["done", "done"]
    assert Task.objects.filter(element="asked/look", status="open").count() == 2


def test_the_same_is_done_to_each_of_several_of_one_case(world: World, each: Case) -> None:
    chosen = IncidentFilter(process="dividing_each", version=1, element="divide")
    for values, ends in (({"by": "0"}, ["failed"] * 3), ({"by": "2"}, ["done"] * 3)):
        batch = repair_incidents(
            chosen, Asked(Action.SET, values=values), user=world.actor("admin"), reason=WHY
        )
        run()
        assert statuses(batch) == ["done"] * 3
        again = repair_incidents(chosen, None, user=world.actor("admin"), reason=WHY)
        run()
        assert statuses(again) == ends
    looks = Task.objects.filter(element="look", status="open")
    shares = [
        {one.name: one.value for one in seen(world, each, task.wait_id).variables}["share"] for task in looks
    ]
    assert shares == [6, 6, 6]
    assert invariants() == []


def test_each_of_several_is_skipped_or_refused_by_itself(world: World, each: Case) -> None:
    chosen = IncidentFilter(process="dividing_each", version=1, element="divide")
    batch = repair_incidents(
        chosen, Asked(Action.SKIP, values={"share": "5"}), user=world.actor("admin"), reason=WHY
    )
    confirm_batch(batch.public_id, user=second_admin(world))
    run()
    assert statuses(batch) == ["done"] * 3
    assert Task.objects.filter(element="look", status="open").count() == 3
    assert invariants() == []


def test_a_move_out_of_one_of_several_leaves_the_others_of_the_batch_refused(
    world: World, each: Case
) -> None:
    chosen = IncidentFilter(process="dividing_each", version=1, element="divide")
    batch = repair_incidents(
        chosen, Asked(Action.MOVE, target="after"), user=world.actor("admin"), reason=WHY
    )
    confirm_batch(batch.public_id, user=second_admin(world))
    run()
    assert statuses(batch) == ["done", "refused", "refused"]
    assert list(batch.items.order_by("position").values_list("code", flat=True)[1:]) == ["waitnotfound"] * 2
    assert Task.objects.get(status="open").element == "after"
    assert invariants() == []


def test_a_case_that_moved_between_two_of_a_batch_is_not_repaired(world: World, each: Case) -> None:
    chosen = IncidentFilter(process="dividing_each", version=1, element="divide")
    batch = repair_incidents(
        chosen, Asked(Action.SKIP, values={"share": "5"}), user=world.actor("admin"), reason=WHY
    )
    first = failed(each)[0]
    asked = Asked(Action.SET, first, values={"by": "2"})
    repair_case(each.public_id, asked, user=world.actor("admin"), reason=WHY)
    confirm_batch(batch.public_id, user=second_admin(world))
    run()
    assert statuses(batch) == ["refused"] * 3
    assert not RepairMade.objects.filter(action="skip").exists()
