"""One act on many tasks by a program: asked for, looked at, stopped."""

from __future__ import annotations

from uuid import uuid4

from engine import jobs
from tests.api.conftest import REQUEST, Api
from tests.cases.people import World


def waiting(world: World, head: Api, officer: Api, many: int) -> list[str]:
    for _ in range(many):
        started = head.post(
            "cases", {"process": "request", "organisation": str(world.school.public_id)}
        ).json()
        head.post(f"tasks/{started['task']}/complete", {"answers": REQUEST})
    return [item["id"] for item in officer.get("tasks?queue=group").json()["items"]]


def test_many_tasks_are_decided_and_each_says_what_became_of_it(
    world: World, head: Api, officer: Api
) -> None:
    tasks = waiting(world, head, officer, 2)

    asked = officer.post("bulk", {"kind": "complete", "tasks": tasks, "answers": {"decision": "grant"}})
    assert asked.status_code == 202
    bulk = asked.json()["id"]
    assert (asked.json()["total"], asked.json()["waiting"]) == (2, 2)
    officer.post(f"tasks/{tasks[0]}/complete", {"answers": {"decision": "refuse"}})
    jobs.run_due("test", until_empty=True)

    seen = officer.get(f"bulk/{bulk}").json()
    assert (seen["done"], seen["refused"], seen["waiting"]) == (1, 1, 0)
    items = officer.get(f"bulk/{bulk}/items?status=refused").json()["items"]
    assert [(item["task"], item["code"]) for item in items] == [(tasks[0], "task_not_open")]
    assert items[0]["because"]
    assert officer.post(f"bulk/{bulk}/cancel", None).status_code == 409


def test_it_can_be_stopped_and_is_nobody_elses(world: World, head: Api, officer: Api) -> None:
    tasks = waiting(world, head, officer, 1)
    bulk = officer.post("bulk", {"kind": "claim", "tasks": tasks}).json()["id"]

    assert head.get(f"bulk/{bulk}").status_code == 404
    assert head.post(f"bulk/{bulk}/cancel", None).status_code == 404
    stopped = officer.post(f"bulk/{bulk}/cancel", None).json()

    assert (stopped["cancelled"], stopped["waiting"]) == (1, 0)


def test_what_cannot_be_asked_for_is_a_clear_problem(world: World, head: Api, officer: Api) -> None:
    tasks = waiting(world, head, officer, 1)

    none = officer.post("bulk", {"kind": "claim", "tasks": []})
    unknown = officer.post("bulk", {"kind": "claim", "tasks": [str(uuid4())]})
    returned = {"kind": "complete", "tasks": tasks, "answers": {"decision": "return"}}

    assert none.status_code == 400
    assert unknown.status_code == 404
    assert officer.post("bulk", returned).status_code == 422
