"""What a page can do, a program can: operations, account, colleagues, links, corrections, webhooks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from accounts.models import AccessToken, User
from cases.audit import verify
from cases.models import AuditEntry
from engine import clock, jobs
from engine.handlers import HandlerContext, handler
from engine.models import Incident, Task
from exchange.models import WebhookSubscription
from tests.api.conftest import REQUEST, Api
from tests.cases.people import World
from tests.cases.unchanged import everything

FAILING = {"fails": True}
TYPES = ["lv.viis.case.submitted"]


@handler("tests.api.failing", runs="job", repeat="safe")
def failing(_context: HandlerContext) -> None:
    if FAILING["fails"]:
        raise RuntimeError


def test_an_administrator_sees_and_retries_an_incident_others_find_nothing(world: World, api: Any) -> None:
    administrator, officer = api("admin"), api("officer")
    FAILING["fails"] = True
    job = jobs.enqueue("tests.api.failing", now=clock.now())
    assert [one["topic"] for one in administrator.get("jobs").json()["items"]] == ["tests.api.failing"]
    for _ in range(8):
        jobs.Wait.objects.filter(pk=job, status="due").update(due_at=clock.now())
        jobs.run_due("test", until_empty=True)

    (incident,) = administrator.get("incidents").json()["items"]
    assert (incident["cause"], incident["attempts"], incident["can_retry"]) == ("handler_failed", 8, True)
    again = administrator.post(f"incidents/{incident['id']}/retry").json()
    assert (again["passed"], again["cause"]) == (False, "handler_failed")
    FAILING["fails"] = False
    assert administrator.post(f"incidents/{incident['id']}/retry").json()["passed"] is True
    assert administrator.get("incidents").json()["count"] == 0
    assert administrator.get("incidents?state=resolved").json()["items"][0]["resolved_by"] == "admin"
    for path in ("jobs", "incidents", f"incidents/{incident['id']}"):
        assert officer.get(path).status_code == 404
    assert officer.post(f"incidents/{incident['id']}/retry").status_code == 404
    assert Incident.objects.get().resolved_at is not None


def test_a_task_is_given_to_a_colleague_whom_nothing_keeps_from_it(
    to_decide: dict[str, Any], officer: Api, head: Api
) -> None:
    path = f"tasks/{to_decide['id']}"

    colleagues = officer.get(f"{path}/colleagues").json()["items"]
    assert [one["username"] for one in colleagues] == ["colleague", "officer"]
    assert officer.post(f"{path}/assign", {"to": "head"}).status_code == 403
    assert officer.post(f"{path}/assign", {"to": "colleague"}).json()["is_free"] is False
    assert Task.objects.get(public_id=to_decide["id"]).assignee == "colleague"
    assert head.get(f"{path}/colleagues").status_code == 403


def test_a_link_is_sent_again_only_where_there_is_one(
    to_decide: dict[str, Any], officer: Api, head: Api
) -> None:
    before = everything()

    assert officer.post(f"tasks/{to_decide['id']}/link").status_code == 403
    assert head.get(f"cases/{to_decide['case']['id']}/link").json() == {"link": None}
    assert everything() == before


def test_a_correction_shows_before_after_and_the_words_between(
    to_decide: dict[str, Any], officer: Api, head: Api
) -> None:
    officer.post(f"tasks/{to_decide['id']}/return", {"comments": {"amount": "Kāpēc tik daudz?"}})
    (task,) = [one for one in head.get("tasks?queue=all").json()["items"] if one["element"] == "correct"]
    head.post(f"tasks/{task['id']}/complete", {"answers": {**REQUEST, "amount": 200}})

    answers = head.get(f"cases/{to_decide['case']['id']}").json()["answers"]
    (answer,) = [one for one in answers if one["form"] == "request"]

    assert (answer["former"]["amount"], answer["content"]["amount"]) == (250, 200)
    assert (answer["opened"], answer["changed"]) == (["amount"], ["amount"])
    assert [(one["field"], one["text"]) for one in answer["comments"]] == [("amount", "Kāpēc tik daudz?")]
    decide = officer.get("tasks?queue=all").json()["items"][0]["id"]
    earlier = officer.get(f"tasks/{decide}").json()["earlier"]
    assert [one["changed"] for one in earlier if one["form"] == "request"] == [["amount"]]


def test_a_list_says_whom_a_case_is_about_and_its_state_in_words(
    to_decide: dict[str, Any], head: Api
) -> None:
    (case,) = head.get("cases").json()["items"]

    assert (case["status"], case["status_name"], case["outcome_name"]) == ("submitted", "Izskatīšanā", "")
    assert case["subject"] == ""


def test_one_may_ask_for_which_organisations_one_starts_what(world: World, head: Api, officer: Api) -> None:
    (school,) = head.get("organisations?process=request").json()["items"]

    assert school["name"] == "Egļu pamatskola"
    detail = head.get(f"organisations/{school['id']}").json()
    assert "request" in detail["may_start"]
    assert detail["municipality"]["name"] == "Egļu novads"
    assert officer.get("organisations").json() == {"items": []}
    assert head.get("organisations?process=nothing").json() == {"items": []}


def test_a_process_tells_how_long_each_task_may_take(head: Api) -> None:
    tasks = {one["element"]: one["due"] for one in head.get("processes/request").json()["tasks"]}

    assert (tasks["decide"]["days"], tasks["decide"]["unit"]) == (5, "working_days")
    assert tasks["decide"]["text"] == "5 darbdienas"
    assert tasks["fill"]["unit"] == "calendar_days"


def test_a_token_makes_none_that_may_do_more_or_lasts_longer(world: World, api: Callable[..., Api]) -> None:
    narrow = api("head", "account:read", "account:write", "cases:read")
    soon = (clock.now() + timedelta(hours=2)).isoformat()
    late = (clock.now() + timedelta(days=9)).isoformat()

    made = narrow.post("me/tokens", {"name": "Neliela", "scopes": ["cases:read"], "expires_at": soon})
    assert made.status_code == 201
    assert made.json()["raw"].startswith("viis_")
    for scopes, ends in ((["tasks:write"], soon), (["cases:read"], late)):
        refused = narrow.post("me/tokens", {"name": "Liela", "scopes": scopes, "expires_at": ends})
        assert (refused.status_code, refused.json()["code"]) == (422, "token_refused")
    assert AccessToken.objects.filter(name="Liela").count() == 0
    refusals = AuditEntry.objects.filter(action="refused", fields__action="token.make")
    assert [row.fields["because"] for row in refusals] == ["token_refused"] * 2
    identity = made.json()["token"]["id"]
    assert identity in {one["id"] for one in narrow.get("me/tokens").json()["items"]}
    assert api("deputy").post(f"me/tokens/{identity}/end").status_code == 404
    assert narrow.post(f"me/tokens/{identity}/end").status_code == 204
    assert identity not in {one["id"] for one in narrow.get("me/tokens").json()["items"]}
    rows = AuditEntry.objects.filter(object=f"token:{identity}").order_by("id")
    assert [(row.action, row.actor) for row in rows] == [
        ("token.made", world.key("head")),
        ("refused", world.key("deputy")),
        ("token.ended", world.key("head")),
    ]
    assert rows[0].chain.startswith("day:")
    assert rows[0].fields["scopes"] == ["cases:read"]
    secret = made.json()["raw"]
    assert not [row for row in AuditEntry.objects.all() if secret in str(row.fields) + row.object]
    assert verify() == ()


def test_the_language_of_letters_is_chosen(head: Api) -> None:
    chosen = {"username": "head", "language": "en", "keyboard": True}
    assert head.put("me/profile", {"language": "en"}).json() == chosen
    assert head.put("me/profile", {"keyboard": False}).json() == {**chosen, "keyboard": False}
    assert head.put("me/profile", {"language": "fr"}).status_code == 400
    assert head.get("me/profile").json()["keyboard"] is False
    assert User.objects.get(username="head").language == "en"


def test_a_webhook_is_made_changed_by_version_tested_and_ended(world: World, head: Api, api: Any) -> None:
    school, address = str(world.school.public_id), "http://127.0.0.1:9/hook"
    wish = {"name": "Žurnāls", "address": address, "types": TYPES}
    assert head.post("webhooks", wish).status_code == 403
    made = head.post("webhooks", {**wish, "organisation": school})
    assert made.status_code == 201
    assert made.json()["secret"].startswith("whsec_")
    path = f"webhooks/{made.json()['webhook']['id']}"

    def put(**headers: str) -> Any:
        body = {**wish, "name": "Arhīvs", "paused": True}
        return head.client.put(f"/api/v1/{path}", body, content_type="application/json", headers=headers)

    assert (put().status_code, put().json()["title"]) == (
        428,
        "Ar If-Match norādiet, kuru versiju šī aizstāj.",
    )
    tag = head.get(path)["ETag"]
    assert put(**{"If-Match": tag}).json()["stopped"] == "by_hand"
    assert put(**{"If-Match": tag}).status_code == 412
    assert head.post(f"{path}/ping").status_code == 409
    assert put(**{"If-Match": "*"}).status_code == 200
    assert (
        head.client.put(
            f"/api/v1/{path}", wish, content_type="application/json", headers={"If-Match": "*"}
        ).json()["stopped"]
        is None
    )
    assert head.post(f"{path}/ping").json()["status"] == "waiting"
    assert head.get(f"{path}/deliveries?status=waiting").json()["count"] == 1
    assert head.post(f"{path}/replay", {"since": "2026-01-01T00:00:00Z"}).json() == {"count": 0}
    assert head.post(f"{path}/secret").json()["webhook"]["old_secret_until"] is not None
    assert "whsec_" not in head.get(path).content.decode()
    assert api("other_head").get(path).status_code == 404
    assert head.post(f"{path}/end").status_code == 204
    assert head.get("webhooks").json() == {"items": []}
    assert WebhookSubscription.objects.get().ended_at is not None
    assert len(head.get("webhooks/event-types").json()["items"]) == 10
