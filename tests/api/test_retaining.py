"""Retention and holds for programs: looked through, prepared by one, signed by another, held."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cases.models import AuditEntry, Case, LegalHold, RetentionRule, RetentionRun
from engine import clock, jobs
from tests.api.conftest import Api
from tests.cases.people import World, grant
from tests.cases.unchanged import everything

# That a token was used is noted in it.
TOKENS = {"accounts_accesstoken"}


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
def old(to_decide: dict[str, Any], officer: Api) -> Case:
    """A case that was closed four years ago, by a rule of three."""
    officer.post(f"tasks/{to_decide['id']}/complete", {"answers": {"decision": "grant"}})
    Case.objects.update(closed_at=clock.now() - timedelta(days=4 * 366))
    RetentionRule.objects.create(process_key="request", years=3, action="delete", legal_basis="MK 0")
    return Case.objects.get()


def test_what_is_due_is_looked_through_prepared_and_signed_by_another(
    old: Case, admin: Api, second: Api
) -> None:
    rule = next(one for one in admin.get("retention/rules").json()["items"] if one["years"])
    assert (rule["process"], rule["years"], rule["due"]) == ("request", 3, 1)
    due = admin.get("retention/due").json()
    assert [one["case_number"] for one in due["items"]] == [old.number]
    run = admin.post("retention/runs", {"digest": due["digest"]}).json()
    assert (run["cases"], run["status"], run["may_sign"]) == (1, "prepared", False)
    path = f"retention/runs/{run['id']}"

    assert second.get(path).json()["may_sign"] is True
    assert [one["case"] for one in second.get(f"{path}/cases").json()["items"]] == [str(old.public_id)]
    assert admin.post(f"{path}/sign", {"digest": run["digest"]}).status_code == 403
    assert second.post(f"{path}/sign", {"digest": "0" * 64}).status_code == 409
    assert RetentionRun.objects.get().status == "prepared"
    assert second.post(f"{path}/sign", {"digest": run["digest"]}).status_code == 202
    jobs.run_due("test", until_empty=True)
    assert second.get(path).json()["emptied"] == 1
    assert second.get("retention/due").json() == {
        **second.get("retention/due").json(),
        "items": [],
        "count": 0,
    }
    refused = AuditEntry.objects.filter(action="refused", fields__action="retention.sign")
    assert [row.fields.get("because", row.fields["code"]) for row in refused.order_by("id")] == [
        "not_allowed",
        "list_changed",
    ]


def test_a_list_is_prepared_only_as_it_was_seen(old: Case, admin: Api) -> None:
    before = everything(TOKENS)

    assert admin.post("retention/runs", {"digest": "0" * 64}).status_code == 409
    assert everything(TOKENS) == before


def test_nobody_else_learns_of_lists_and_holds(old: Case, officer: Api, head: Api) -> None:
    before = everything(TOKENS)

    for path in ("retention/rules", "retention/due", "retention/runs", "holds"):
        assert officer.get(path).status_code == 404
    assert officer.post("retention/runs", {}).status_code == 404
    for program in (officer, head):
        assert program.get(f"cases/{old.public_id}/hold").status_code == 403
        assert program.post(f"cases/{old.public_id}/hold", {"basis": "Tiesa"}).status_code == 403
    assert everything(TOKENS) == before


def test_a_case_is_held_on_a_basis_and_released(old: Case, admin: Api) -> None:
    path = f"cases/{old.public_id}/hold"

    assert admin.post(path, {"basis": " "}).status_code == 409
    hold = admin.post(path, {"basis": "Tiesvedība", "hides_looks": True})
    assert (hold.status_code, hold.json()["case_number"], hold.json()["placed_by"]) == (
        201, old.number, "Una Pārzine",
    )  # fmt: skip
    assert admin.post(path, {"basis": "Vēl"}).status_code == 409
    assert admin.get("retention/due").json()["count"] == 0
    assert [one["basis"] for one in admin.get("holds").json()["items"]] == ["Tiesvedība"]
    assert admin.post(f"{path}/release").status_code == 204
    assert admin.post(f"{path}/release").status_code == 404
    assert admin.get(path).json() == {"hold": None}
    assert LegalHold.objects.get().released_by == "admin"
    acts = AuditEntry.objects.filter(action__startswith="hold.").order_by("id")
    assert [(row.action, row.chain) for row in acts] == [
        ("hold.placed", f"case:{old.pk}"),
        ("hold.released", f"case:{old.pk}"),
    ]
