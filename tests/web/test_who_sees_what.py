"""Every page for every role: who may open it, and that nobody meets anything foreign."""

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import Document
from tests.web.conftest import text

EVERYBODY = (
    "ilze.piemere",
    "dace.aizvietone",
    "maris.piemers",
    "karlis.paraugs",
    "anna.paraudzina",
    "una.vadiba",
    "peteris.parzinis",
    "andris.revidents",
    "liga.neesosa",
)
PUBLIC = ("sign_in", "accessibility", "privacy", "help", "outbox")
SIGNED_IN = ("inbox", "cases", "new_case", "profile", "password", "tokens", "processes")


@pytest.mark.parametrize("name", PUBLIC)
def test_public_pages_need_no_sign_in(seeded, db, name):
    assert Client().get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", ["home", *SIGNED_IN, "jobs"])
def test_other_pages_ask_to_sign_in_and_remember_where_to(seeded, db, name):
    response = Client().get(reverse(name))

    assert response.status_code == 302
    assert response.headers["Location"] == f"{reverse('sign_in')}?next={reverse(name)}"


@pytest.mark.parametrize("username", EVERYBODY)
def test_each_role_can_open_its_pages(visit, walk, username):
    person = visit(username)

    assert person.client.get("/", follow=True).status_code == 200
    for name in (*SIGNED_IN, *PUBLIC[1:]):
        assert person.get(reverse(name)).status_code == 200, name
    assert person.get(reverse("process", args=["access_request"])).status_code == 200
    assert person.get(reverse("process_diagram", args=["access_request"])).status_code == 200


@pytest.mark.parametrize("username", EVERYBODY)
def test_jobs_and_incidents_exist_for_administrators_alone(visit, username):
    expected = 200 if username in ("una.vadiba", "peteris.parzinis") else 404

    assert visit(username).get(reverse("jobs")).status_code == expected


def addresses_of(case, task):
    return {
        reverse("case", args=[case.public_id]),
        reverse("case_diagram", args=[case.public_id]),
        reverse("case_documents", args=[case.public_id]),
        reverse("case_withdraw", args=[case.public_id]),
        reverse("task", args=[task.public_id]),
        reverse("task_check", args=[task.public_id]),
        reverse("task_return", args=[task.public_id]),
        reverse("task_done", args=[task.public_id]),
    }


def test_a_stranger_finds_nothing_of_the_case_anywhere(visit, walk, other_head):
    stranger, task = visit(other_head), walk.task("fill_request")
    walk.to_decision()

    for address in addresses_of(walk.case, task):
        assert stranger.get(address).status_code == 404, address
    for address in (reverse("cases"), reverse("inbox")):
        assert walk.case.number not in text(stranger.get(address))
        assert walk.case.number not in text(stranger.get(address, q=walk.case.number[-4:]))


def test_a_stranger_can_do_nothing_to_the_case(visit, walk, other_head):
    stranger, task = visit(other_head), walk.task("fill_request")

    for name in ("task", "task_claim", "task_release", "task_check", "task_return"):
        assert stranger.post(reverse(name, args=[task.public_id]), kind="grant").status_code == 404, name
    assert stranger.post(reverse("task_draft", args=[task.public_id]), kind="grant").status_code == 404
    assert stranger.post(reverse("case_withdraw", args=[walk.case.public_id])).status_code == 404
    assert walk.open == ["fill_request"]
    assert walk.fresh().status == "draft"


def test_a_document_is_an_attachment_for_its_case_and_missing_for_others(visit, walk, other_head):
    walk.to_decision()
    walk.do("decide", "karlis.paraugs", decision="grant")
    document = Document.objects.filter(case=walk.case).order_by("id").last()
    address = reverse("document", args=[document.public_id])

    given = visit("ilze.piemere").get(address)

    assert given.status_code == 200
    assert given.content.startswith(b"%PDF-")
    assert given.headers["Content-Disposition"].startswith("attachment;")
    assert given.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in given.headers["Content-Security-Policy"]
    assert visit(other_head).get(address).status_code == 404


def test_the_auditor_reads_and_is_offered_nothing_to_do(visit, walk):
    walk.to_decision()
    page = text(visit("andris.revidents").get(reverse("case", args=[walk.case.public_id])))

    assert walk.case.number in page
    assert "app-identity__do" not in page
    assert reverse("case_withdraw", args=[walk.case.public_id]) not in page


def test_missing_and_foreign_pages_answer_alike(visit, walk, other_head):
    stranger = visit(other_head)
    foreign = stranger.get(reverse("case", args=[walk.case.public_id]))
    missing = stranger.get("/lietas/00000000-0000-4000-8000-000000000000/")

    def without_token(response):
        return [line for line in text(response).splitlines() if "csrf" not in line and "next" not in line]

    assert without_token(foreign) == without_token(missing)


def test_no_page_is_kept_by_the_browser(visit, walk):
    response = visit("ilze.piemere").get(reverse("case", args=[walk.case.public_id]))

    assert "no-store" in response.headers["Cache-Control"]
