"""The pages that move open cases to another version, let cases rest, and show acts on many cases."""

from __future__ import annotations

from pathlib import Path

import pytest

from cases.errors import ProcessResting
from cases.models import Batch
from engine import catalog, jobs
from engine.models import ProcessInstance
from processes.bpmn import access_request
from tests.web.conftest import text

ADMIN = "una.vadiba"
FOLDER = Path(access_request.__file__).parent


def changed(old: str, new: str) -> int:
    """The next version of the request for access, with these words of its diagram replaced."""
    files = catalog.read_folder(FOLDER)
    diagram = files["access_request.bpmn"].decode()
    assert old in diagram
    return catalog.deploy({**files, "access_request.bpmn": diagram.replace(old, new).encode()}).version


def run() -> None:
    jobs.run_due("test", until_empty=True)


def test_an_administrator_sees_what_becomes_of_open_cases_and_moves_them(visit, begin) -> None:
    begin()
    version = changed("fill_request", "fill_in")
    admin = visit(ADMIN)
    address = "/procesi/access_request/parcelt/"

    page = text(admin.get(address))
    assert "Vajadzīga izvēle" in page
    assert 'name="element-fill_request"' in page
    assert ProcessInstance.objects.latest("id").business_key + "</a>" in page
    assert "Fill in the request" not in page

    looked = text(admin.post(address, version=version, act="look", **{"element-fill_request": "fill_in"}))
    assert "Pāriet, kad to apstiprinājis cits cilvēks" in looked
    assert Batch.objects.count() == 0
    chosen = {"version": version, "act": "ask", "element-fill_request": "fill_in"}
    assert admin.post(address, reason="", **chosen).status_code == 422
    asked = admin.follow(address, reason="Jauna kārtība", **chosen)
    assert "Jauna kārtība" in text(asked)
    assert Batch.objects.get().needs_confirming
    assert "Izvēlēts vietā" in text(asked)
    run()
    assert ProcessInstance.objects.latest("id").definition.version == 1


def test_what_is_safe_goes_at_once_and_its_page_tells_of_every_case(visit, begin) -> None:
    begin()
    number = ProcessInstance.objects.latest("id").business_key
    version = changed("</bpmn:process>", "<bpmn:textAnnotation id='note'/></bpmn:process>")
    admin = visit(ADMIN)

    asked = admin.follow("/procesi/access_request/parcelt/", version=version, act="ask", reason="Piezīme")
    run()

    batch = Batch.objects.get()
    page = text(admin.get(f"/darbibas/vairakas/{batch.public_id}/"))
    assert asked.status_code == 200
    assert number in page
    assert ProcessInstance.objects.get(business_key=number).definition.version == version


def test_a_case_that_rests_says_so_to_whoever_tries(visit, begin) -> None:
    begin()
    case = ProcessInstance.objects.latest("id").case
    admin, head = visit(ADMIN), visit("ilze.piemere")
    assert admin.post(f"/lietas/{case.public_id}/apturet/", reason="").status_code == 422
    admin.post(f"/lietas/{case.public_id}/apturet/", reason="Sūdzība")

    page = text(head.get(f"/lietas/{case.public_id}/"))
    assert "Lieta ir apturēta" in page
    assert "Likumā noteiktie termiņi turpina ritēt" in page
    assert "Sūdzība" not in page
    assert "Sūdzība" in text(admin.get(f"/lietas/{case.public_id}/"))
    assert "Apturēts" in text(head.get("/darbs/"))

    admin.post(f"/lietas/{case.public_id}/apturet/", act="resume")
    assert "Lieta ir apturēta" not in text(head.get(f"/lietas/{case.public_id}/"))


def test_a_process_that_rests_cannot_be_started(visit, begin) -> None:
    admin = visit(ADMIN)
    admin.post("/procesi/access_request/apturet/", reason="Kļūda veidlapā", running="")

    assert "Process ir apturēts" in text(admin.get("/procesi/access_request/"))
    with pytest.raises(ProcessResting):
        begin()


@pytest.mark.parametrize("who", ["ilze.piemere", "karlis.paraugs", "andris.revidents"])
def test_nobody_else_finds_these_pages(visit, begin, who: str) -> None:
    begin()
    case = ProcessInstance.objects.latest("id").case
    visitor = visit(who)

    for address in (
        "/procesi/access_request/parcelt/",
        "/procesi/access_request/apturet/",
        f"/lietas/{case.public_id}/apturet/",
    ):
        assert visitor.get(address).status_code == 404, address
    assert "parcelt" not in text(visitor.get("/procesi/access_request/"))
