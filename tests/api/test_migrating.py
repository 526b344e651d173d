"""Moving open cases to another version, letting cases and processes rest: for administrators alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cases.services.start import start_case
from engine import catalog, jobs
from engine.models import ProcessDefinition, ProcessInstance
from tests.api.conftest import Api
from tests.cases.conftest import PROCESSES
from tests.cases.people import World

REASON = {"reason": "Jauna kārtība"}


@pytest.fixture
def next_version(world: World) -> ProcessDefinition:
    """The request, with longer to decide; one case is open in the version before."""
    start_case("request", user=world.actor("head"), organisation=world.school)
    files = catalog.read_folder(PROCESSES / "request")
    text = files["request.bpmn"].decode().replace("workdays(5)", "workdays(9)")
    return catalog.deploy({**files, "request.bpmn": text.encode()})


def run() -> None:
    jobs.run_due("test", until_empty=True)


def test_a_program_plans_moves_looks_and_undoes(
    api: Callable[[str], Api], next_version: ProcessDefinition
) -> None:
    admin, body = api("admin"), {"version": next_version.version}

    plan = admin.post("processes/request/migration/plan", body).json()
    assert (plan["can_go"], plan["total"], plan["needs_confirming"]) == (1, 1, False)
    assert plan["groups"][0]["verdict"] == "safe"

    started = admin.post("processes/request/migration", {**body, **REASON})
    assert started.status_code == 201
    run()
    batch = f"batches/{started.json()['id']}"
    assert (admin.get(batch).json()["state"], admin.get(batch).json()["done"]) == ("ended", 1)
    assert admin.get(f"{batch}/items").json()["items"][0]["status"] == "done"
    assert ProcessInstance.objects.get().definition_id == next_version.pk

    assert admin.post(f"{batch}/undo", REASON).status_code == 201
    run()
    assert ProcessInstance.objects.get().definition.version == 1
    assert len(admin.get("batches").json()["items"]) == 2
    assert admin.post(f"{batch}/pause").status_code == 409


def test_the_same_request_sent_again_moves_nothing_twice(
    api: Callable[[str], Api], next_version: ProcessDefinition
) -> None:
    admin, body = api("admin"), {"version": next_version.version, **REASON}
    key = {"Idempotency-Key": "move-1"}

    first = admin.post("processes/request/migration", body, **key)
    run()
    again = admin.post("processes/request/migration", body, **key)
    other = admin.post("processes/request/migration", {**body, "version": 1}, **key)

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert first.json()["id"] == again.json()["id"]
    assert len(admin.get("batches").json()["items"]) == 1


def test_a_case_and_a_process_rest_and_go_on(
    api: Callable[[str], Api], next_version: ProcessDefinition
) -> None:
    admin = api("admin")
    case = f"cases/{ProcessInstance.objects.get().case.public_id}"

    assert admin.post(f"{case}/suspend", REASON).json()["rests"] is True
    assert admin.post(f"{case}/suspend", REASON).json()["code"] == "case_suspended"
    assert admin.post(f"{case}/resume").json()["rests"] is False
    told = admin.post("processes/request/suspend", {**REASON, "with_running": True}).json()
    run()
    assert ProcessInstance.objects.get().status == "suspended"
    assert admin.get(f"batches/{told['batch']}").json()["done"] == 1
    admin.post("processes/request/resume")
    run()
    assert ProcessInstance.objects.get().status == "running"


@pytest.mark.parametrize("name", ["officer", "head", "auditor", "stranger"])
def test_for_nobody_else_is_there_anything(
    api: Callable[[str], Api], next_version: ProcessDefinition, name: str
) -> None:
    program = api(name)
    body = {"version": next_version.version}

    for path, sent in (
        ("processes/request/migration/plan", body),
        ("processes/request/migration", {**body, **REASON}),
        ("processes/request/suspend", REASON),
        ("processes/request/resume", {}),
    ):
        assert program.post(path, sent).status_code == 404, path
    assert ProcessInstance.objects.get().definition.version == 1


def test_an_unknown_version_or_choice_is_refused(
    api: Callable[[str], Api], next_version: ProcessDefinition
) -> None:
    admin = api("admin")

    assert admin.post("processes/request/migration/plan", {"version": 99}).status_code == 404
    assert admin.post("processes/request/migration/plan", {"version": 2, "x": 1}).status_code == 400
    plan = admin.post("processes/request/migration/plan", {"version": 2, "values": {"nothing": "1"}}).json()
    assert plan["groups"][0]["reasons"][0]["code"] == "value_unfit"
