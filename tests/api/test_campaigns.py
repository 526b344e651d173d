"""A campaign by a program: what a page can do, nothing more for others."""

from __future__ import annotations

from typing import Any

import pytest

from cases.models import Case
from engine import catalog, jobs
from tests.cases import survey
from tests.cases.people import World

ASKED = {"process": "survey", "reason": "Gada aptauja", "due": "2035-01-15"}
KEY = {"Idempotency-Key": "k"}


@pytest.fixture(autouse=True)
def _deployed(world: World) -> None:
    catalog.deploy_folder(survey.FOLDER)


def test_a_campaign_is_looked_at_asked_for_once_and_followed(world: World, api: Any) -> None:
    officer = api("officer")
    assert [one["key"] for one in officer.get("campaigns/processes").json()["items"]] == ["survey"]
    preview = officer.post("campaigns/preview", {"process": "survey", "kinds": ["general"]}).json()
    assert (preview["institutions"], preview["by_kind"], preview["left_out"]) == (2, {"general": 2}, [])

    asked = officer.post("campaigns", ASKED, **KEY)
    assert asked.status_code == 202, asked.content
    assert officer.post("campaigns", ASKED, **KEY).json()["id"] == asked.json()["id"]
    jobs.run_due("test", until_empty=True)

    path = f"campaigns/{asked.json()['id']}"
    campaign = officer.get(path).json()
    assert (campaign["state"], campaign["total"], campaign["started"], campaign["finished"]) == (
        "ended",
        2,
        2,
        0,
    )
    assert campaign["due"] == "2035-01-15"
    items = officer.get(f"{path}/items?status=done").json()["items"]
    assert {one["institution"] for one in items} == {world.school.name, world.other_school.name}
    assert Case.objects.filter(process_key="survey").count() == 2
    preview = officer.post("campaigns/preview", {"process": "survey"}).json()
    assert [(group["code"], group["count"]) for group in preview["left_out"]] == [("running", 2)]


def test_it_is_paused_resumed_and_stopped(api: Any) -> None:
    officer = api("officer")
    path = f"campaigns/{officer.post('campaigns', ASKED, **KEY).json()['id']}"

    assert officer.post(f"{path}/pause").json()["state"] == "paused"
    assert officer.post(f"{path}/pause").status_code == 409
    assert officer.post(f"{path}/resume").json()["state"] == "running"
    assert officer.post(f"{path}/cancel").json()["not_run"] == 2
    assert officer.post(f"{path}/cancel").status_code == 409
    assert api("colleague").post(f"{path}/cancel").status_code == 404
    assert [one["id"] for one in api("admin").get("campaigns").json()["items"]] == [path[10:]]


@pytest.mark.parametrize("who", ["head", "municipal", "auditor"])
def test_others_start_none(api: Any, who: str) -> None:
    program = api(who)

    assert program.get("campaigns/processes").json()["items"] == []
    assert program.post("campaigns/preview", {"process": "survey"}).status_code == 403
    assert program.post("campaigns", ASKED, **KEY).status_code == 403
    assert program.get("campaigns").json()["items"] == []


def test_what_is_missing_is_named(api: Any) -> None:
    officer = api("officer")

    answer = officer.post("campaigns", {**ASKED, "due": None}, **KEY)
    assert answer.status_code == 422
    assert "due" in answer.content.decode()
    for process in ("request", "no_such_process"):
        assert officer.post("campaigns/preview", {"process": process}).status_code == 404
        assert officer.post("campaigns", {**ASKED, "process": process}, **KEY).status_code == 404
