"""Deadlines for machines: the same as the pages, with the same rights."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from cases.models import DeadlineRule
from engine import clock
from tests.api.conftest import Api

RULE = {"name": "request_decision", "days": 20, "unit": "working_days", "legal_reference": "MK 1"}


def one(program: Api) -> dict[str, Any]:
    items = program.get("deadlines").json()["items"]
    return next(item for item in items if item["name"] == "request_decision")


def test_an_administrator_sets_a_deadline_and_takes_it_back(api: Any, to_decide: dict[str, Any]) -> None:
    admin = api("admin")
    day = (clock.now() + timedelta(days=10)).date().isoformat()
    given = {**RULE, "valid_from": day}

    expected = {"keep": 1, "change": 0, "late": 0, "until": None}
    assert admin.post("deadlines/check", given).json() == expected
    assert not DeadlineRule.objects.exists()
    assert admin.post("deadlines/set", given).json() == expected

    found = one(admin)
    assert (found["count"]["days"], found["processes"], found["sets"]) == (15, ["request"], True)
    assert [(rule["state"], rule["count"]["days"]) for rule in found["rules"]] == [
        ("planned", 20),
        ("now", 15),
    ]
    assert found["rules"][0]["who"] == "Una Pārzine"
    back = {"name": "request_decision", "valid_from": day}
    assert admin.post("deadlines/withdraw", back).json()["rules"][0]["state"] == "withdrawn"
    assert admin.post("deadlines/withdraw", back).status_code == 404


def test_others_read_and_are_refused(officer: Api, head: Api) -> None:
    given = {**RULE, "valid_from": clock.now().date().isoformat()}

    for program in (officer, head):
        for act in ("check", "set", "withdraw"):
            body = {"name": RULE["name"], "valid_from": given["valid_from"]} if act == "withdraw" else given
            answer = program.post(f"deadlines/{act}", body)
            assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed"), act
        assert one(program)["sets"] is False
    assert not DeadlineRule.objects.exists()


def test_what_is_wrong_is_named(api: Any) -> None:
    admin = api("admin")
    day = clock.now().date().isoformat()

    unknown = admin.post("deadlines/set", {**RULE, "name": "never", "valid_from": day})
    zero = admin.post("deadlines/set", {**RULE, "days": 0, "valid_from": day})
    same = {"name": "request_decision", "days": 15, "unit": "working_days", "extension": 10}
    unchanged = admin.post("deadlines/set", {**same, "valid_from": day})

    assert (unknown.status_code, zero.status_code, unchanged.status_code) == (404, 400, 422)
    assert unchanged.json()["errors"][0]["code"] == "unchanged"
    assert not DeadlineRule.objects.exists()
