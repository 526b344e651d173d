"""Whatever goes wrong is a problem with a code, in the language asked for, and nothing has changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from cases.models import AuditEntry, Case
from cases.services.tasks import claim_task
from engine.models import Completion
from tests.api.conftest import REQUEST, Api, token_of
from tests.cases.people import World

PROBLEM = "application/problem+json"


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == PROBLEM
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    assert body["code"] == code
    assert body["type"] == f"urn:problem-type:viis:{code.replace('_', '-')}"
    assert body["title"]
    return body


def test_without_a_token_nothing_is_told(world: World) -> None:
    answer = Client().get("/api/v1/me")

    problem(answer, 401, "not_signed_in")
    assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer viis_wrong", "Bearer x", "Basic YTpi", "Bearer " + "a" * 999]
)
def test_a_wrong_token_is_refused(world: World, header: str) -> None:
    problem(Client(headers={"Authorization": header}).get("/api/v1/me"), 401, "not_signed_in")


def test_a_token_reaches_what_it_was_made_for_and_no_more(
    begun: dict[str, Any], world: World, api: Callable[..., Api]
) -> None:
    reader = api("head", "cases:read")

    assert reader.get("cases").status_code == 200
    problem(reader.get("tasks"), 403, "not_allowed")
    problem(reader.post(f"tasks/{begun['task']}/complete", {"answers": REQUEST}), 403, "not_allowed")
    start = {"process": "request", "organisation": str(world.school.public_id)}
    problem(reader.post("cases", start), 403, "not_allowed")
    assert Case.objects.count() == 1


def test_what_a_token_was_not_made_for_is_refused_with_the_reason_and_a_row(
    begun: dict[str, Any], world: World, api: Callable[..., Api]
) -> None:
    start = {"process": "request", "organisation": str(world.school.public_id)}

    found = problem(api("head", "cases:read").post("cases", start), 403, "not_allowed")

    assert found["detail"] == "Šī piekļuves atslēga nav tam paredzēta."
    row = AuditEntry.objects.latest("id")
    who = f"user:{world.users['head'].pk}"
    assert (row.actor, row.action, row.object) == (who, "refused", "/api/v1/cases")
    assert row.fields == {
        "channel": "api", "action": "api.case_start", "code": "not_allowed", "reason": "token_scope",
    }  # fmt: skip


def test_a_wrong_token_leaves_a_row_without_the_token(world: World) -> None:
    Client(headers={"Authorization": "Bearer viis_wrong"}).get("/api/v1/me")

    row = AuditEntry.objects.latest("id")
    assert (row.actor, row.action) == ("unknown", "sign_in_refused")
    assert row.fields == {"channel": "api", "code": "wrong_token"}
    assert "viis_wrong" not in row.object


def test_whoever_tries_tokens_is_slowed_down(world: World, settings: Any) -> None:
    settings.API_RATE = "2/min"
    client = Client(REMOTE_ADDR="10.9.8.7", headers={"Authorization": "Bearer viis_wrong"})

    assert [client.get("/api/v1/me").status_code for _ in range(4)] == [401, 401, 429, 429]
    assert AuditEntry.objects.filter(action="sign_in_refused").count() == 2


def test_foreign_and_missing_answer_alike(begun: dict[str, Any], api: Callable[..., Api]) -> None:
    stranger = api("other_head")

    foreign = stranger.get(f"cases/{begun['case']['id']}")
    missing = stranger.get(f"cases/{uuid4()}")

    assert problem(foreign, 404, "not_found") == problem(missing, 404, "not_found")
    for path in ("timeline", "diagram", "documents"):
        problem(stranger.get(f"cases/{begun['case']['id']}/{path}"), 404, "not_found")
    for path in ("", "/form", "/draft"):
        problem(stranger.get(f"tasks/{begun['task']}{path}"), 404, "not_found")
    problem(stranger.post(f"tasks/{begun['task']}/complete", {"answers": REQUEST}), 404, "not_found")
    assert stranger.get("cases").json()["items"] == []
    assert stranger.get("tasks?queue=all").json()["items"] == []


@pytest.mark.parametrize(
    "path", ["nothing", "cases/1", "tasks/%0a", "me/", "%00", "cases/not-a-uuid/diagram"]
)
def test_an_address_that_does_not_exist_is_a_problem(head: Api, path: str) -> None:
    problem(head.get(path), 404, "not_found")


@pytest.mark.parametrize("method", ["delete", "patch", "put", "options", "trace"])
def test_a_method_that_is_not_taken_is_a_problem(head: Api, method: str) -> None:
    answer = getattr(head.client, method)("/api/v1/tasks")

    problem(answer, 405, "method_not_allowed")
    assert answer["Allow"] == "GET, HEAD"


def test_content_of_another_kind_is_refused(begun: dict[str, Any], head: Api) -> None:
    path = f"/api/v1/tasks/{begun['task']}/complete"

    problem(head.client.post(path, "<a/>", content_type="application/xml"), 415, "content_type")
    problem(head.client.post(path, {"answers": "x"}), 415, "content_type")


@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"answers": NaN}', b"[" * 50_000])
def test_json_that_cannot_be_read_says_so(begun: dict[str, Any], head: Api, body: bytes) -> None:
    path = f"/api/v1/tasks/{begun['task']}/complete"

    found = problem(head.client.post(path, body, content_type="application/json"), 400, "bad_request")

    assert found["detail"]


def test_a_body_of_unknown_length_is_refused(begun: dict[str, Any], head: Api) -> None:
    path = f"/api/v1/tasks/{begun['task']}/complete"

    answer = head.client.generic("POST", path, b"", headers={"Transfer-Encoding": "chunked"})

    found = problem(answer, 411, "length_required")
    assert found["title"] == "Norādiet satura garumu: nosūtiet Content-Length."


def test_a_form_that_cannot_be_read_says_so(begun: dict[str, Any], head: Api) -> None:
    path = f"/api/v1/tasks/{begun['task']}/documents"

    found = problem(head.client.generic("POST", path, b"no form", "multipart/form-data"), 400, "bad_request")

    assert found["detail"] == "Saturs nav veidlapa ar datni."


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("limit=0", "Mazākā iespējamā vērtība ir 1."),
        ("limit=101", "Lielākā iespējamā vērtība ir 100."),
        ("cursor=" + "a" * 501, "Šeit drīkst būt ne vairāk kā 500 rakstzīmes."),
        ("cursor=%00", "Šeit ir rakstzīmes, ko nevar saglabāt."),
    ],
)
def test_limits_are_said_in_the_words_of_the_house(head: Api, query: str, words: str) -> None:
    found = problem(head.get(f"cases?{query}"), 400, "bad_request")

    assert [error["message"] for error in found["errors"]] == [words]


def test_ten_megabytes_are_too_much(begun: dict[str, Any], head: Api) -> None:
    body = {"answers": {"title": "x" * 10_000_000, "amount": 1}}

    problem(head.post(f"tasks/{begun['task']}/complete", body), 413, "too_large")
    assert head.get(f"tasks/{begun['task']}").json()["status"] == "open"


@pytest.mark.parametrize(
    "body", [[], "text", 5, None, {"answers": []}, {"answers": None}, {}, {"answers": REQUEST, "more": 1}]
)
def test_a_body_of_another_shape_is_refused(begun: dict[str, Any], head: Api, body: object) -> None:
    path = f"/api/v1/tasks/{begun['task']}/complete"
    answer = head.client.post(path, json.dumps(body), content_type="application/json")

    problem(answer, 400, "bad_request")
    assert Completion.objects.filter(kind="task").count() == 0


def test_an_unknown_answer_and_a_wrong_type_are_refused(begun: dict[str, Any], head: Api) -> None:
    path = f"tasks/{begun['task']}/complete"

    unknown = problem(head.post(path, {"answers": {**REQUEST, "len": 1}}), 400, "fields_unknown")
    wrong = problem(head.post(path, {"answers": {**REQUEST, "amount": "250"}}), 400, "wrong_type")
    missing = problem(head.post(path, {"answers": {"amount": 250}}), 422, "invalid")

    assert [one["field"] for one in unknown["errors"]] == ["len"]
    assert [one["field"] for one in wrong["errors"]] == ["amount"]
    assert [(one["field"], one["code"]) for one in missing["errors"]] == [("title", "required")]


@pytest.mark.parametrize(
    "query", ["unknown=1", "limit=0", "limit=101", "limit=a", "limit=1&limit=2", "queue=none",
              "cursor=x", "overdue=1",
              "number=%00", "cursor=WyIyMDI2IiwxLDBd", "organisation=12", "number=anna"]
)  # fmt: skip
def test_a_query_that_is_not_understood_is_refused(head: Api, query: str) -> None:
    assert head.get(f"tasks?{query}").status_code == 400


def test_words_come_in_the_language_asked_for(world: World) -> None:
    english = Client().get("/api/v1/me", headers={"Accept-Language": "en-GB, lv;q=0.5"})
    latvian = Client().get("/api/v1/me", headers={"Accept-Language": "lv"})
    unknown = Client().get("/api/v1/me", headers={"Accept-Language": "fr"})

    assert english.json()["title"] == "Sign in or send a valid token."
    assert english["Content-Language"] == "en"
    assert latvian["Content-Language"] == unknown["Content-Language"] == "lv"


def test_the_same_key_and_body_get_the_same_answer_and_one_effect(begun: dict[str, Any], head: Api) -> None:
    path, key = f"tasks/{begun['task']}/complete", "one-and-the-same"

    first = head.client.post(
        f"/api/v1/{path}", {"answers": REQUEST}, "application/json", headers={"Idempotency-Key": key}
    )
    again = head.post(path, {"answers": REQUEST}, **{"Idempotency-Key": key})
    other = head.post(path, {"answers": {**REQUEST, "amount": 1}}, **{"Idempotency-Key": key})
    without = head.post(path, {"answers": REQUEST})

    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert again["Idempotency-Replayed"] == "true"
    problem(other, 422, "key_reused")
    problem(without, 409, "task_not_open")
    assert Completion.objects.filter(kind="task").count() == 1


def test_a_start_sent_twice_is_one_case(world: World, head: Api) -> None:
    body = {"process": "request", "organisation": str(world.school.public_id)}

    first, again = (head.post("cases", body, **{"Idempotency-Key": "start-1"}) for _ in range(2))

    assert first.json() == again.json()
    assert Case.objects.count() == 1


def test_a_key_that_cannot_be_one_is_refused(world: World, head: Api) -> None:
    body = {"process": "request", "organisation": str(world.school.public_id)}

    problem(head.post("cases", body, **{"Idempotency-Key": "a b"}), 400, "bad_request")
    problem(head.post("cases", body, **{"Idempotency-Key": "k" * 201}), 400, "bad_request")
    assert Case.objects.count() == 0


def test_nobody_decides_on_their_own_request(
    begun: dict[str, Any], to_decide: dict[str, Any], head: Api
) -> None:
    problem(
        head.post(f"tasks/{to_decide['id']}/complete", {"answers": {"decision": "grant"}}), 403, "not_allowed"
    )


def test_a_task_that_a_colleague_took_over_names_the_colleague(
    world: World, api: Callable[..., Api], to_decide: dict[str, Any]
) -> None:
    path, kept = f"tasks/{to_decide['id']}", {"content": {"decision": "grant"}, "version": None}
    claim_task(to_decide["id"], user=world.actor("officer"))
    claim_task(to_decide["id"], user=world.actor("colleague"), take_over=True)
    officer = api("officer")

    told = [
        problem(officer.put(f"{path}/draft", kept), 403, "not_allowed"),
        problem(officer.post(f"{path}/complete", {"answers": {"decision": "grant"}}), 403, "not_allowed"),
    ]

    assert [one["title"] for one in told] == ["Jums nav tiesību to darīt."] * 2
    for one in told:
        assert one["detail"].startswith("Šo uzdevumu kopš ")
        assert "kārto Anna Kolēģe." in one["detail"]


def test_a_process_that_one_may_not_start_is_refused(world: World, officer: Api) -> None:
    body = {"process": "request", "organisation": str(world.school.public_id)}

    refused = problem(officer.post("cases", body), 403, "not_allowed")
    unknown = officer.post("cases", {**body, "process": "nothing"})

    assert refused["detail"]
    problem(unknown, 404, "not_found")
    assert Case.objects.count() == 0


def test_a_session_may_read_and_needs_the_csrf_token_to_write(begun: dict[str, Any], world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get(username="head"), "django.contrib.auth.backends.ModelBackend")
    path = f"/api/v1/tasks/{begun['task']}/complete"

    assert client.get("/api/v1/me").json()["token_scopes"] is None
    refused = client.post(path, {"answers": REQUEST}, content_type="application/json")
    problem(refused, 403, "csrf")
    client.cookies["csrftoken"] = "a" * 32
    done = client.post(
        path, {"answers": REQUEST}, content_type="application/json", headers={"X-CSRFToken": "a" * 32}
    )
    assert done.status_code == 200


def test_too_many_requests_are_told_to_wait(world: World, head: Api, settings: Any) -> None:
    settings.API_RATE = "2/min"

    answers = [head.get("me") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    problem(answers[2], 429, "too_many_requests")
    assert int(answers[2]["Retry-After"]) > 0


def test_an_expired_or_revoked_token_is_no_token(world: World) -> None:
    raw = token_of("head")
    user = User.objects.get(username="head")
    client = Client(headers={"Authorization": f"Bearer {raw}"})
    assert client.get("/api/v1/me").status_code == 200

    user.tokens.update(expires_at="2020-01-01T00:00:00Z")

    problem(client.get("/api/v1/me"), 401, "not_signed_in")


def test_a_fault_of_ours_is_a_problem_without_its_words(
    head: Api, monkeypatch: pytest.MonkeyPatch, world: World
) -> None:
    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("Anna Bērziņa 010190-12345")

    monkeypatch.setattr("api.me.organisations_by_key", broken)
    head.client.raise_request_exception = False

    found = problem(head.get("me"), 500, "server_error")

    assert "Anna" not in str(found)
