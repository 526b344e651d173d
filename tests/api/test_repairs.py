"""Repairs for programs: seen, asked for with a reason, confirmed by another, told one by one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from cases.models import Batch, Case
from cases.services.start import start_case
from engine import catalog, causes, clock, handlers, jobs
from engine.handlers import Handler, HandlerContext
from engine.models import Incident, RepairMade, Task
from tests.api.conftest import Api
from tests.cases.people import World, grant
from tests.engine import inside

WHY = "Reģistrs deva nepareizu skaitli."


@pytest.fixture
def admin(api: Any) -> Api:
    found: Api = api("admin")
    return found


@pytest.fixture
def second(world: World, api: Any) -> Api:
    """Another administrator."""
    grant(world.users["colleague"], "ministry_admin", world.ministry)
    found: Api = api("colleague")
    return found


@pytest.fixture
def case(to_decide: dict[str, Any]) -> Case:
    return Case.objects.get()


def of(case: Case) -> str:
    return f"cases/{case.public_id}/repair"


def test_a_token_is_moved_by_two_people(case: Case, admin: Api, second: Api) -> None:
    view = admin.get(of(case)).json()
    (wait,) = [one for one in view["waits"] if not one["is_beside"]]
    assert (wait["kind"], wait["place"]["element"]) == ("task", "decide")
    end = next(one["element"] for one in view["targets"] if one["type"] == "endEvent")
    asked = {"action": "move", "wait": wait["wait"], "target": end}

    seen = admin.post(f"{of(case)}/preview", asked).json()
    assert (seen["ends"], seen["needs_another"]) == (True, True)
    assert {"element": "decide"} in seen["closes"]
    assert Case.objects.get().status != "closed"

    answer = admin.post(of(case), {**asked, "reason": WHY, "version": view["version"]})
    assert answer.status_code == 202
    batch = f"batches/{answer.json()['batch']}"
    assert admin.get(of(case)).json()["asked"] == [answer.json()["batch"]]
    assert (admin.get(batch).json()["may_confirm"], second.get(batch).json()["may_confirm"]) == (False, True)
    assert admin.post(f"{batch}/confirm", {}).status_code == 403
    assert second.post(f"{batch}/confirm", {}).json()["state"] == "running"
    jobs.run_due("test", until_empty=True)

    assert second.get(batch).json()["done"] == 1
    (item,) = second.get(f"{batch}/items").json()["items"]
    assert (item["status"], item["case_number"]) == ("done", case.number)
    assert second.get("batches").json()["items"][0]["reason"] == WHY
    assert Case.objects.get().status == "closed"


def test_a_variable_is_set_at_once_and_not_in_what_has_moved_since(case: Case, admin: Api) -> None:
    view = admin.get(of(case)).json()
    variable = next(one for one in view["variables"] if one["type"] == "int")
    asked = {"action": "set", "values": {variable["name"]: 7}, "reason": WHY, "version": view["version"]}

    assert admin.post(of(case), asked).json() == {"done": True, "batch": None}
    again = admin.post(of(case), asked)

    assert (again.status_code, again.json()["code"]) == (409, "refused")
    assert RepairMade.objects.get().variables[0][0] == variable["name"]
    told = {one["name"]: one["value"] for one in admin.get(of(case)).json()["variables"]}
    assert told[variable["name"]] == 7


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"action": "set", "values": {}, "other": 1, "reason": WHY}, 400),
        ({"action": "break", "reason": WHY}, 400),
        ({"action": "set", "values": {"nothing": 1}, "reason": WHY}, 409),
        ({"action": "set", "values": {"organisation": "\x00"}, "reason": WHY}, 400),
        ({"action": "move", "wait": "1", "target": "nowhere", "reason": WHY}, 409),
        ({"action": "cancel", "reason": " "}, 422),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    case: Case, admin: Api, body: dict[str, Any], status: int
) -> None:
    assert admin.post(of(case), body).status_code == status
    assert not RepairMade.objects.exists()
    assert not Batch.objects.exists()


def test_many_are_asked_for_at_once_and_told_one_by_one(case: Case, admin: Api) -> None:
    task = Task.objects.get(instance=case.instance_id, status="open")
    Incident.objects.create(
        instance_id=case.instance_id, element=task.element, task=task, attempts=1,
        cause=causes.Cause.STEP_UNDONE, opened_at=clock.now(),
    )  # fmt: skip
    asked = {"process": case.process_key, "element": task.element, "reason": WHY}

    batch = admin.post("incidents/repair", asked)
    jobs.run_due("test", until_empty=True)

    assert batch.status_code == 202
    (item,) = admin.get(f"batches/{batch.json()['id']}/items?status=refused").json()["items"]
    assert (item["code"], item["because"]) == (
        "incident_of_person",
        "Šo darbību var atkārtot tikai cilvēks. Kad tā izdosies, incidents pats skaitīsies novērsts.",
    )
    assert admin.post("incidents/repair", {**asked, "element": "nothing"}).status_code == 409


def test_a_batch_is_paused_resumed_and_cancelled(case: Case, admin: Api) -> None:
    answer = admin.post(of(case), {"action": "cancel", "reason": WHY})
    batch = f"batches/{answer.json()['batch']}"

    assert admin.post(f"{batch}/pause", {}).status_code == 409
    assert admin.post(f"{batch}/resume", {}).status_code == 409
    assert admin.post(f"{batch}/cancel", {}).json()["not_run"] == 1
    assert Case.objects.get().status != "closed"


def test_nobody_but_an_administrator_repairs(case: Case, officer: Api) -> None:
    asked = {"action": "cancel", "reason": WHY}
    assert officer.get(of(case)).status_code == 403
    assert officer.post(f"{of(case)}/preview", {"action": "cancel"}).status_code == 403
    assert officer.post(of(case), asked).status_code == 403
    assert officer.post("incidents/repair", {"process": "request", "reason": WHY}).status_code == 404
    assert officer.get("batches").json() == {"items": []}
    assert not Batch.objects.exists()


@pytest.fixture
def each(world: World, admin: Api) -> Iterator[Case]:
    """A case that has failed at the same step of each of three."""
    handlers._handlers["test.api.share"] = Handler("test.api.share", divide, "job", "by_hand")
    handlers._handlers["test.api.schools"] = Handler("test.api.schools", schools, "in_step", "safe")
    files = inside.divided_for_each("test.api.share", "test.api.schools", "institution_head@${organisation}")
    catalog.deploy(
        {name: one.replace(b"start:clerk", b"start:institution_head") for name, one in files.items()}
    )
    case = start_case("dividing_each", user=world.actor("head"), organisation=world.school).case
    jobs.run_due("test", until_empty=True)
    yield case
    del handlers._handlers["test.api.share"], handlers._handlers["test.api.schools"]


def divide(context: HandlerContext) -> dict[str, int]:
    return {"share": 12 // (context.variables.get("by") or 0)}


def schools(_context: HandlerContext) -> dict[str, list[str]]:
    return {"schools": inside.SCHOOLS}


def test_what_one_of_several_sees_is_told_and_set_for_it_alone(each: Case, admin: Api) -> None:
    waits = admin.get(of(each)).json()["waits"]
    assert [(one["around"][0]["number"], one["around"][0]["key"]) for one in waits] == [
        (1, "a"), (2, "b"), (3, "c"),
    ]  # fmt: skip
    second = waits[1]["wait"]

    view = admin.get(f"{of(each)}?wait={second}").json()
    assert view["at"] == second
    assert view["variables"][0] == {
        "name": "by", "type": "int", "value": None, "owner": "asked", "is_written": True,
    }  # fmt: skip
    look = next(one for one in view["targets"] if one["element"] == "look")
    assert look["inside"]["element"] == "asked"

    asked = {"action": "set", "wait": second, "values": {"by": 4}}
    (change,) = admin.post(f"{of(each)}/preview", asked).json()["variables"]
    assert change == {"name": "asked#2/by", "before": None, "after": 4}
    body = {**asked, "reason": WHY, "version": view["version"]}
    assert admin.post(of(each), body).json() == {"done": True, "batch": None}

    values = [admin.get(f"{of(each)}?wait={one['wait']}").json()["variables"][0]["value"] for one in waits]
    assert values == [None, 4, None]
    assert admin.get(f"{of(each)}?wait=999").status_code == 404


def test_the_same_is_done_to_each_of_several_and_told_one_by_one(each: Case, admin: Api) -> None:
    asked = {"process": "dividing_each", "version": 1, "element": "divide", "reason": WHY}
    for body in ({**asked, "action": "set", "values": {"by": 3}}, asked):
        batch = admin.post("incidents/repair", body)
        assert batch.status_code == 202
        jobs.run_due("test", until_empty=True)
        assert admin.get(f"batches/{batch.json()['id']}").json()["done"] == 3
    assert Task.objects.filter(element="look", status="open").count() == 3
