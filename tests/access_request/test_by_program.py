"""The access request by API with personal tokens, and all routes to a decision about oneself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import RoleGrant
from cases.models import AuditEntry, Case, Document
from engine import jobs
from registries.models import Organisation
from tests.access_request.conftest import CONFIRMED, Walk, actor, person, request
from tests.access_request.signing import signed_file
from tests.api.conftest import Api, token_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(begin: Callable[..., Walk], settings) -> Callable[[str], Api]:
    """The program of somebody of the demonstration."""
    settings.API_RATE = ""
    return lambda username: Api(Client(headers={"Authorization": f"Bearer {token_of(username)}"}))


def started(head: Api) -> Walk:
    organisation = str(Organisation.objects.get(name="Egļkalnu pamatskola").public_id)
    answer = head.post("cases", {"process": "access_request", "organisation": organisation})
    assert answer.status_code == 201, answer.content
    return Walk(Case.objects.get(public_id=answer.json()["case"]["id"]))


def complete(who: Api, walk: Walk, element: str, **answers: object):
    answer = who.post(f"tasks/{walk.task(element).public_id}/complete", {"answers": answers})
    jobs.run_due("test", until_empty=True)
    return answer


def test_the_whole_request_is_made_decided_in_part_and_read_by_programs(api):
    head, officer = api("ilze.piemere"), api("karlis.paraugs")
    walk = started(head)

    roles = ["institution_user", "institution_head"]
    assert complete(head, walk, "fill_request", **request(roles=roles)).status_code == 200
    walk.accept()
    task = walk.task("confirm_request")
    file = SimpleUploadedFile(*signed_file(task, actor("ilze.piemere")))
    uploaded = head.upload(f"tasks/{task.public_id}/documents", field="file", file=file).json()
    told = uploaded["signature"]
    assert (told["indication"], told["code"], told["signer"]) == ("TOTAL_PASSED", "valid", "Ilze Piemēre")
    assert told["trust"] == "demonstration"
    signed = {"how": "sign", "file": uploaded["id"], "is_employee": True}
    assert complete(head, walk, "confirm_request", **signed).status_code == 200
    (row,) = officer.get("tasks?queue=group").json()["items"]
    assert officer.post(f"tasks/{row['id']}/claim").status_code == 200
    part = {"decision": "partial", "roles_granted": ["institution_user"], "reasons": "Pietiek ar vienu lomu."}
    assert complete(officer, walk, "decide", **part).status_code == 200

    case = head.get(f"cases/{walk.case.public_id}").json()
    assert (case["status"], case["outcome"]) == ("closed", "granted_in_part")
    grant = RoleGrant.objects.get(user__person=person("Jānis Paraugs"))
    assert (grant.role, grant.case_number) == ("institution_user", walk.case.number)
    letter = Document.objects.get(case=walk.case, kind="access.decision")
    assert head.get(f"documents/{letter.public_id}").content.startswith(b"%PDF-")


def test_a_program_of_another_school_finds_nothing_anywhere(api, other_head):
    walk = started(api("ilze.piemere"))
    walk.to_decision()
    walk.do("decide", "karlis.paraugs", decision="grant")
    task = walk.case.instance.tasks.order_by("id").last().public_id
    case, stranger = walk.case.public_id, api(other_head)
    document = Document.objects.filter(case=walk.case).latest("id").public_id

    for path in (
        f"cases/{case}",
        f"cases/{case}/timeline",
        f"cases/{case}/diagram",
        f"cases/{case}/documents",
        f"documents/{document}",
        f"tasks/{task}",
        f"tasks/{task}/form",
        f"tasks/{task}/draft",
    ):
        assert stranger.get(path).status_code == 404, path
    for path, body in (
        ("claim", None),
        ("release", None),
        ("complete", {"answers": {}}),
        ("return", {"comments": {"reason": "Kāpēc?"}}),
    ):
        assert stranger.post(f"tasks/{task}/{path}", body).status_code == 404, path
    assert stranger.post(f"cases/{case}/withdraw").status_code == 404
    assert stranger.get("cases").json()["items"] == []
    assert stranger.get(f"cases?number={walk.case.number}").json()["items"] == []
    assert stranger.get("tasks?queue=all").json()["items"] == []


def test_no_route_lets_an_officer_decide_a_request_about_themself(api, begin):
    walk = begin("una.vadiba", "Izglītības un zinātnes ministrija")
    about = str(person("Kārlis Paraugs").public_id)
    asked = request(kind="change", person=about, email=None, roles=["auditor"])
    walk.do("fill_request", "una.vadiba", **asked)
    walk.accept()
    walk.do("confirm_request", "una.vadiba", **CONFIRMED)
    walk.do("second_review", "anna.paraudzina", agrees="yes")
    officer, task = api("karlis.paraugs"), walk.task("decide").public_id
    answers = (
        officer.post(f"tasks/{task}/claim"),
        officer.post(f"tasks/{task}/claim", {"take_over": True}),
        officer.put(f"tasks/{task}/draft", {"content": {"decision": "grant"}, "version": 0}),
        officer.post(f"tasks/{task}/complete", {"answers": {"decision": "grant"}}),
        officer.post(f"tasks/{task}/return", {"comments": {"reason": "Kāpēc?"}}),
        # Who has reviewed the wide roles may not decide either.
        api("anna.paraudzina").post(f"tasks/{task}/complete", {"answers": {"decision": "grant"}}),
    )

    assert [answer.status_code for answer in answers] == [403] * 6
    assert {answer.json()["code"] for answer in answers} == {"not_allowed"}
    assert walk.open == ["decide"]
    assert walk.task("decide").assignee == ""
    assert AuditEntry.objects.filter(object=f"task:{task}", action="refused").count() == 6
    assert not RoleGrant.objects.filter(user__person=person("Kārlis Paraugs"), role="auditor").exists()
