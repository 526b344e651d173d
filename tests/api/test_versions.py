"""ETag, If-None-Match and If-Match: nothing is sent twice, nobody's change is overwritten."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from engine.models import Task
from tests.api.conftest import REQUEST, Api
from tests.api.test_documents import pdf
from tests.cases.people import World
from tests.cases.unchanged import everything


def test_what_a_reader_has_already_is_not_sent_again(
    begun: dict[str, Any], world: World, head: Api, officer: Api
) -> None:
    for path in (
        f"cases/{begun['case']['id']}",
        f"tasks/{begun['task']}",
        f"tasks/{begun['task']}/draft",
        f"organisations/{world.school.public_id}",
    ):
        first = head.get(path)
        again = head.get(path, **{"If-None-Match": first["ETag"]})

        assert (first.status_code, again.status_code, again.content) == (200, 304, b""), path
        assert again["ETag"] == first["ETag"]
        assert head.get(path, **{"If-None-Match": '"1.0", W/' + first["ETag"]}).status_code == 304
        assert head.get(path, **{"If-None-Match": '"else"'}).status_code == 200
        # The words are others in another language.
        english = head.get(path, **{"If-None-Match": first["ETag"], "Accept-Language": "en"})
        assert english.status_code == (
            200 if path.startswith(("cases", "tasks")) and "draft" not in path else 304
        )


def test_a_change_by_anybody_changes_the_version(begun: dict[str, Any], head: Api, officer: Api) -> None:
    path = f"cases/{begun['case']['id']}"
    before = head.get(path)["ETag"]

    head.put(f"tasks/{begun['task']}/draft", {"content": {"title": "Cits"}, "version": 0})

    assert head.get(path, **{"If-None-Match": before}).status_code == 200


def test_a_document_is_known_by_its_bytes(world: World, head: Api) -> None:
    started = head.post("cases", {"process": "upload", "organisation": str(world.school.public_id)}).json()
    file = SimpleUploadedFile("a.pdf", pdf())
    paper = head.upload(f"tasks/{started['task']}/documents", field="paper", file=file).json()

    first = head.get(f"documents/{paper['id']}")

    assert first["ETag"] == f'"{paper["sha256"]}"'
    assert head.get(f"documents/{paper['id']}", **{"If-None-Match": first["ETag"]}).status_code == 304


def test_a_task_that_somebody_changed_is_not_completed_blindly(
    to_decide: dict[str, Any], officer: Api
) -> None:
    path = f"tasks/{to_decide['id']}"
    stale = officer.get(path)["ETag"]
    officer.post(f"{path}/claim")
    before = everything()
    decision = {"answers": {"decision": "grant"}}

    for act, body in (
        ("complete", decision),
        ("release", None),
        ("claim", None),
        ("assign", {"to": "colleague"}),
        ("return", {"comments": {"amount": "Kāpēc?"}}),
    ):
        refused = officer.post(f"{path}/{act}", body, **{"If-Match": stale})
        assert (refused.status_code, refused.json()["code"]) == (412, "precondition_failed"), act
    assert everything() == before
    fresh = officer.get(path)["ETag"]
    key = {"If-Match": fresh, "Idempotency-Key": "once"}
    assert officer.post(f"{path}/complete", decision, **key).status_code == 200
    # The same request again gets its answer, although the version has moved on by itself.
    assert officer.post(f"{path}/complete", decision, **key)["Idempotency-Replayed"] == "true"
    assert Task.objects.get(public_id=to_decide["id"]).status == "completed"


def test_a_case_is_withdrawn_only_as_it_was_seen(begun: dict[str, Any], head: Api) -> None:
    path = f"cases/{begun['case']['id']}"
    stale = head.get(path)["ETag"]
    head.post(f"tasks/{begun['task']}/complete", {"answers": REQUEST})

    refused = head.post(f"{path}/withdraw", None, **{"If-Match": stale})
    assert refused.status_code == 412
    assert (
        refused.json()["title"]
        == "Kopš jūs to lasījāt, tas ir mainīts. Apskatiet to vēlreiz un izlemiet no jauna."
    )
    assert head.post(f"{path}/withdraw", None, **{"If-Match": '"x"'}).status_code == 412
    assert head.post(f"{path}/withdraw", None, **{"If-Match": head.get(path)["ETag"]}).status_code == 200


def test_a_draft_says_what_it_replaces_by_header_or_body(begun: dict[str, Any], head: Api) -> None:
    path = f"/api/v1/tasks/{begun['task']}/draft"

    def put(title: str, version: int | None = None, **headers: str) -> Any:
        body = {"content": {"title": title}} | ({} if version is None else {"version": version})
        return head.client.put(path, body, content_type="application/json", headers=headers)

    first = put("Viens")
    assert (first.status_code, first["ETag"].startswith('"1.')) == (200, True)
    assert put("Divi").status_code == 409
    assert put("Divi", version=0).json()["code"] == "draft_conflict"
    assert put("Divi", **{"If-Match": '"0.abc"'}).status_code == 412
    second = put("Divi", **{"If-Match": first["ETag"]})
    assert (second.status_code, second.json()["version"]) == (200, 2)
    assert put("Trīs", version=2).status_code == 200
    assert head.get(f"tasks/{begun['task']}/draft").json()["content"] == {"title": "Trīs"}
