"""A case walked from start to end by programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.api.conftest import REQUEST, Api
from tests.cases.people import World


def test_a_program_learns_who_it_works_for(world: World, head: Api) -> None:
    me = head.get("me").json()

    assert me["username"] == "head"
    assert me["name"] == "Ilze Paraugmāte"
    assert [(role["role"], role["organisation"]["name"]) for role in me["roles"]] == [
        ("institution_head", "Egļu pamatskola")
    ]
    assert me["scope"] == {"whole_state": False, "can_administrate": False, "reads_audit": False}
    assert "tasks:write" in me["token_scopes"]


def test_only_processes_that_one_may_start_are_listed(head: Api, officer: Api) -> None:
    keys = [item["key"] for item in head.get("processes").json()["items"]]

    assert "request" in keys
    assert officer.get("processes").json() == {"items": []}


def test_a_process_shows_its_tasks_and_its_diagram(head: Api) -> None:
    shown = head.get("processes/request").json()

    assert [task["element"] for task in shown["tasks"]] == ["fill", "decide", "correct"]
    assert shown["diagram"].lstrip().startswith("<?xml")
    assert [one["name"] for one in shown["organisations"]] == ["Egļu pamatskola"]


def test_a_case_is_started_submitted_and_decided(
    begun: dict[str, Any], to_decide: dict[str, Any], officer: Api, head: Api
) -> None:
    assert to_decide["element"] == "decide"
    assert to_decide["case"]["number"] == begun["case"]["number"]
    claimed = officer.post(f"tasks/{to_decide['id']}/claim")
    assert claimed.json()["is_free"] is False

    decided = officer.post(f"tasks/{to_decide['id']}/complete", {"answers": {"decision": "grant"}})

    assert decided.status_code == 200
    assert decided.json()["next_task"] is None
    case = head.get(f"cases/{begun['case']['id']}").json()
    assert case["status"] == "closed"
    assert [answer["form"] for answer in case["answers"]] == ["request", "decision"]
    assert {step["state"] for step in case["steps"]} == {"done"}


def test_the_form_of_a_task_is_the_schema_that_its_answers_fit(begun: dict[str, Any], head: Api) -> None:
    form = head.get(f"tasks/{begun['task']}/form").json()

    assert form["key"] == "request"
    assert form["schema"]["required"] == ["title", "amount"]
    assert form["choices"] == {}


def test_a_case_goes_back_for_correction_of_the_commented_field(
    begun: dict[str, Any], to_decide: dict[str, Any], officer: Api, head: Api
) -> None:
    body = {"comments": {"amount": "Par daudz."}}
    assert officer.post(f"tasks/{to_decide['id']}/return", body).status_code == 200
    (task,) = [item for item in head.get("tasks?queue=all").json()["items"] if item["element"] == "correct"]

    shown = head.get(f"tasks/{task['id']}").json()
    closed = head.post(f"tasks/{task['id']}/complete", {"answers": {"title": "Cits", "amount": 1}})
    right = head.post(f"tasks/{task['id']}/complete", {"answers": {"amount": 200}})

    assert shown["open_fields"] == ["amount"]
    assert [(one["field"], one["text"]) for one in shown["comments"]] == [("amount", "Par daudz.")]
    assert closed.status_code == 422
    assert right.status_code == 200
    (again,) = officer.get("tasks").json()["items"]
    assert (again["element"], again["state"]) == ("decide", "corrected")


def test_a_draft_is_kept_and_a_stale_one_is_refused(begun: dict[str, Any], head: Api) -> None:
    path = f"tasks/{begun['task']}/draft"
    assert head.get(path).json()["version"] == 0

    first = head.put(path, {"content": {"title": "Mik"}, "version": 0})
    stale = head.put(path, {"content": {"title": "Cits"}, "version": 0})

    assert first.json()["version"] == 1
    assert stale.status_code == 409
    assert stale.json()["code"] == "draft_conflict"
    assert head.get(path).json()["content"] == {"title": "Mik"}


def test_a_stale_draft_stops_a_completion(begun: dict[str, Any], head: Api) -> None:
    head.put(f"tasks/{begun['task']}/draft", {"content": {"title": "Mik"}, "version": 0})

    refused = head.post(f"tasks/{begun['task']}/complete", {"answers": REQUEST, "draft_version": 0})

    assert refused.status_code == 409
    assert head.get(f"tasks/{begun['task']}").json()["status"] == "open"


def test_a_task_is_released_to_its_group(
    to_decide: dict[str, Any], officer: Api, api: Callable[..., Api]
) -> None:
    colleague = api("colleague")
    officer.post(f"tasks/{to_decide['id']}/claim")
    taken = colleague.post(f"tasks/{to_decide['id']}/claim")

    released = officer.post(f"tasks/{to_decide['id']}/release")

    assert (taken.status_code, taken.json()["code"]) == (409, "task_taken")
    assert released.json()["is_free"] is True
    assert colleague.post(f"tasks/{to_decide['id']}/claim").status_code == 200


def test_a_case_is_withdrawn(
    begun: dict[str, Any], to_decide: dict[str, Any], head: Api, officer: Api
) -> None:
    withdrawn = head.post(f"cases/{begun['case']['id']}/withdraw")

    assert withdrawn.json()["status"] == "withdrawn"
    assert officer.get("tasks?queue=group").json()["items"] == []
    assert head.post(f"cases/{begun['case']['id']}/withdraw").status_code == 409


def test_timeline_and_diagram_tell_where_a_case_is(
    begun: dict[str, Any], to_decide: dict[str, Any], head: Api
) -> None:
    timeline = head.get(f"cases/{begun['case']['id']}/timeline").json()["items"]
    diagram = head.get(f"cases/{begun['case']['id']}/diagram").json()

    assert timeline
    assert diagram["now"] == ["decide"]
    assert "fill" in diagram["done"]


def test_the_list_of_cases_is_turned_page_by_page(world: World, head: Api) -> None:
    for _ in range(5):
        head.post("cases", {"process": "request", "organisation": str(world.school.public_id)})

    first = head.get("cases?limit=2").json()
    second = head.get(f"cases?limit=2&cursor={first['next_cursor']}").json()
    back = head.get(f"cases?limit=2&cursor={second['previous_cursor']}").json()

    assert first["count"] == 5
    assert first["previous_cursor"] is None
    assert [one["id"] for one in back["items"]] == [one["id"] for one in first["items"]]
    assert not {one["id"] for one in first["items"]} & {one["id"] for one in second["items"]}


def test_pages_stay_whole_while_cases_are_added(world: World, head: Api) -> None:
    start = {"process": "request", "organisation": str(world.school.public_id)}
    before = [head.post("cases", start).json()["case"]["id"] for _ in range(5)]

    shown, cursor = [], ""
    for _ in range(3):
        page = head.get(f"cases?limit=2{cursor}").json()
        shown += [one["id"] for one in page["items"]]
        head.post("cases", start)
        cursor = f"&cursor={page['next_cursor']}"

    assert shown == list(reversed(before))


def test_cases_are_found_by_what_may_stand_in_an_address(begun: dict[str, Any], head: Api) -> None:
    number = begun["case"]["number"]

    assert [one["number"] for one in head.get(f"cases?number={number}").json()["items"]] == [number]
    assert head.get("cases?status=closed").json()["items"] == []
    assert head.get("cases?q=Ilze").status_code == 400
