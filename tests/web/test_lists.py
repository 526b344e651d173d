"""Lists and overview pages: whom a case is about, how it came out, what is whose turn."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.demo_codes import code_tails
from cases.services.cases import withdraw_case
from cases.services.tasks import complete_task
from engine import clock, jobs
from registries.models import Organisation
from registries.queries import current_code, employees
from tests.access_request.conftest import CONFIRMED, actor, newest_token, person
from tests.access_request.conftest import request as asked
from tests.web.conftest import text

TITLE = "Pieejas tiesības: Jānis Paraugs"


def statements(visitor, address):
    visitor.get(address)
    with CaptureQueriesContext(connection) as met:
        assert visitor.get(address).status_code == 200
    return len(met)


def test_every_list_names_whom_a_case_is_about_and_shows_no_code(visit, walk):
    walk.to_decision()
    head, officer = visit("ilze.piemere"), visit("karlis.paraugs")
    shown = [
        text(officer.get(reverse("inbox"))),
        text(officer.get(reverse("cases"))),
        text(head.get(reverse("home"))),
        text(head.get(reverse("inbox"), queue="waiting")),
        text(head.get(reverse("cases"))),
    ]

    code = current_code(person("Jānis Paraugs"))
    assert all(TITLE in page for page in shown)
    assert not any(code in page or code[-5:] in page for page in shown)


def test_whom_a_case_is_about_stays_hidden_from_a_stranger(visit, walk, other_head):
    walk.to_decision()
    stranger = visit(other_head)

    for name in ("home", "inbox", "cases"):
        assert "Jānis Paraugs" not in text(stranger.get(reverse(name)))


def test_the_home_of_many_requests_needs_no_more_statements_than_of_few(visit, begin):
    head, address, by = visit("ilze.piemere"), reverse("home"), "ilze.piemere"
    begin().do("fill_request", by, **asked())
    begin()
    withdraw_case(begin().case.public_id, user=actor(by))
    once = statements(head, address)
    others = employees(Organisation.objects.get(name="Egļkalnu pamatskola"), clock.now().date())
    for work in others.filter(person__user=None).exclude(person=person("Jānis Paraugs"))[:2]:
        begin().do("fill_request", by, **asked(person=str(work.person.public_id)))
    begin()
    withdraw_case(begin().case.public_id, user=actor(by))

    assert text(head.get(address)).count("app-milestones") == 3
    assert statements(head, address) == once
    assert once <= 36


def test_an_ended_case_says_how_it_came_out_everywhere(visit, walk):
    walk.to_decision()
    walk.do("decide", "karlis.paraugs", decision="grant")
    head = visit("ilze.piemere")

    page = text(head.get(reverse("case", args=[walk.case.public_id])))
    assert "Lieta ir slēgta: pieeja piešķirta." in page
    assert '<span class="govuk-tag govuk-tag--line">Pieeja piešķirta</span>' in page
    assert "Kas vēl var sekot" not in page
    row = text(head.get(reverse("cases")))
    assert "Pieeja piešķirta</span>" in row
    assert "Slēgta šodien" in row
    assert "Pieeja piešķirta šodien" in text(head.get(reverse("home")))


def test_a_withdrawn_request_says_so_in_the_same_places(visit, walk):
    withdraw_case(walk.case.public_id, user=actor("ilze.piemere"))
    head = visit("ilze.piemere")

    for address in (reverse("cases"), reverse("home"), reverse("case", args=[walk.case.public_id])):
        assert "Iesniegums atsaukts" in text(head.get(address))


def test_who_reviewed_has_the_decision_among_what_waits_and_reads_why(visit, reviewed):
    second, first = visit("anna.paraudzina"), visit("karlis.paraugs")

    mine, waiting = text(second.get(reverse("inbox"))), text(second.get(reverse("inbox"), queue="waiting"))
    page = text(second.get(reverse("case", args=[reviewed.case.public_id])))

    assert "<title>Mans darbs (0) – VIIS</title>" in mine
    assert reviewed.case.number not in mine
    assert reviewed.case.number in waiting
    why = "jūs šajā lietā jau darījāt kādu iepriekšējo daļu"
    assert why in waiting
    assert why in page
    assert "Jūsu kārta" not in page
    assert "<title>Mans darbs (1) – VIIS</title>" in text(first.get(reverse("inbox")))


@pytest.fixture
def reviewed(begin):
    """Wide roles: the second approver reviewed, and the decision is free for every officer."""
    walk = begin(by="dace.aizvietone", organisation="Madonas novada pašvaldība")
    answers = asked(
        person="declared", given_name="Zane", family_name="Iedomāta", personal_code="329876-54321",
        position="Speciāliste", email="zane@example.lv", roles=["municipality_officer"],
    )  # fmt: skip
    walk.do("fill_request", "dace.aizvietone", **answers)
    walk.accept()
    walk.do("confirm_request", "dace.aizvietone", **CONFIRMED)
    walk.do("second_review", "anna.paraudzina", agrees="yes")
    return walk


def test_steps_that_this_case_cannot_meet_are_not_listed(visit, walk):
    walk.do("fill_request", "ilze.piemere", **asked())

    page = text(visit("ilze.piemere").get(reverse("case", args=[walk.case.public_id])))
    met, _, follows = page.partition("Kas vēl var sekot")
    follows = follows[: follows.index("</ul>")]

    steps = re.findall(r"<b>([^<]+)</b><small>([^<]*)</small>", follows)
    assert steps[0] == ("Apstiprināt iesniegumu", "sekos")
    assert ("Lemt par pieeju", "sekos") in steps
    assert ("Labot iesniegumu", "iespējams") in steps
    names = {name for name, _words in steps}
    assert not names & {"Piekrist kā dibinātājam", "Izvērtēt plašās tiesības", "Lemt par pieejas atņemšanu"}
    assert "Aizpildīt iesniegumu" in met


@pytest.mark.parametrize(
    ("username", "offered"),
    [
        ("ilze.piemere", True), ("dace.aizvietone", True), ("una.vadiba", True), ("maris.piemers", False),
        ("karlis.paraugs", False), ("andris.revidents", False),
    ],
)  # fmt: skip
def test_the_menu_offers_a_new_request_to_those_who_can_start_one(visit, begin, username, offered):
    page = text(visit(username).get(reverse("cases")))

    assert (f'href="{reverse("new_case")}"' in page) == offered


def test_with_one_process_the_page_says_what_it_is_and_has_one_button(visit, begin):
    head = visit("ilze.piemere")

    page = text(head.get(reverse("new_case")))
    main = page[page.index("<main") : page.index("</main>")]

    assert 'type="radio"' not in main
    assert main.count("<button") == 1
    assert "Pieejas tiesības</h1>" in main
    assert "<li>Ministrijas lēmums</li>" in main
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', main))
    started = head.post(reverse("new_case"), **fields)
    assert started.headers["Location"].startswith("/uzdevumi/")


def test_two_extracts_differ_by_version_and_time(visit, walk):
    walk.to_decision()
    walk.give_back("decide", "karlis.paraugs", reason="Paskaidrojiet.")
    correction = walk.task("correct")
    complete_task(
        correction.public_id, user=actor("ilze.piemere"), answers={"reason": "Ievada datus visām klasēm."}
    )
    jobs.run_due("test", until_empty=True)

    page = text(visit("ilze.piemere").get(reverse("case_documents", args=[walk.case.public_id])))

    assert "Izraksts no reģistriem, 1. versija" in page
    assert "Izraksts no reģistriem, 2. versija" in page
    assert "Iesniegums, 2. versija" in page
    assert "Saistību raksts, 2. versija" not in page
    assert page.count("jaunākā</span>") == 2
    assert re.search(r"PDF, \d+ kB, sistēma, šodien plkst\. \d+\.\d\d", page)


def test_events_begin_with_a_capital_and_time_has_no_doer(visit, walk):
    walk.to_decision()
    walk.do("decide", "karlis.paraugs", decision="refuse", reasons="Nav pamata, jo lietotājs tur nestrādā.")

    page = text(visit("ilze.piemere").get(reverse("case", args=[walk.case.public_id])))

    assert "<b>Sistēma</b> paveica soli “Sagatavot atteikumu”." in page
    assert "<b>sistēma</b>" not in page


def test_a_filter_that_matches_nothing_shows_the_way_out(visit, walk):
    walk.to_decision()
    officer = visit("karlis.paraugs")

    page = text(officer.get(reverse("inbox"), queue="group", process="nothing"))

    assert "Šādai atlasei nekas neatbilst" in page
    assert f'href="{reverse("inbox")}?queue=group"' in page
    assert f'href="{reverse("inbox")}?process=nothing"' in page


@pytest.fixture
def mailed(walk, settings, tmp_path):
    """The invitation to the teacher, as the demo keeps mail."""
    walk.do("fill_request", "ilze.piemere", **asked())
    settings.EMAIL_FILE_PATH = tmp_path
    settings.DEMO = True
    invitation = next(one for one in mail.outbox if "/saite/" in str(one.body))
    (tmp_path / "invitation.log").write_bytes(invitation.message().as_bytes())
    return newest_token()


def test_the_demo_tells_the_end_of_the_code_under_the_mail_with_the_link(mailed):
    page = text(Client().get(reverse("outbox")))

    assert "koda pēdējās piecas zīmes ir <b>12345</b>" in page


def test_mails_that_were_sent_over_one_connection_are_shown_apart(mailed, settings):
    sent = (settings.EMAIL_FILE_PATH / "invitation.log").read_bytes()
    end = b"\n" + b"-" * 79 + b"\n"
    (settings.EMAIL_FILE_PATH / "invitation.log").write_bytes(sent + end + sent + end)

    page = text(Client().get(reverse("outbox")))

    assert page.count('<article class="app-card app-mail">') == 2
    assert "MIME-Version" not in page


def test_outside_the_demo_nobody_is_told_any_part_of_a_code(mailed, settings):
    settings.DEMO = False

    assert code_tails([mailed]) == {}
    assert Client().get(reverse("outbox")).status_code == 404


def test_production_is_no_demo():
    production = Path(settings.BASE_DIR, "config", "settings", "production.py").read_text()

    assert re.findall(r"^DEMO = (\w+)$", production, re.MULTILINE) == ["False"]


def test_who_can_start_nothing_reads_on_the_start_page_what_will_come(visit, walk):
    page = text(visit("zane.varbute").get(reverse("home")))

    assert "Ja no jums kas būs vajadzīgs, tas parādīsies šeit" in page
    assert "Gaidāt no citiem" not in page
    assert "Gaidāt no citiem" in text(visit("ilze.piemere").get(reverse("home")))
