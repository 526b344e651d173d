"""The applicant reads where a case is, when it may be decided and what they can do, and nothing else."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.calendar import add_working_days
from cases.models import UsualTime
from engine import clock
from tests.web.conftest import text
from web.words import day_of, until_day


@pytest.fixture
def usual():
    """Figures of today: half were decided within six working days, four of five within `most`."""

    def make(most, cases=40):
        UsualTime.objects.all().delete()
        day = day_of(clock.now())
        UsualTime.objects.create(
            process_key="access_request", kind="grant", day=day, cases=cases, median=3, most=most
        )

    return make


def page_of(visit, walk):
    return text(visit("ilze.piemere").get(reverse("case_status", args=[walk.case.public_id])))


def test_stages_turn_and_expected_date_are_told_in_plain_words(visit, walk, usual):
    walk.to_decision()
    usual(most=4)

    page = page_of(visit, walk)

    assert page.count("is-done") >= 3
    assert 'class="is-now" aria-current="step"><b>Ministrijas lēmums</b><span>kopš šodienas</span>' in page
    assert "Parasti 3 darbdienas; jūsu lieta varētu būt izlemta līdz" in page
    assert "Lēmums jāpieņem" in page
    assert "Jums tagad nekas nav jādara" in page
    assert "Atsaukt iesniegumu" in page
    assert walk.case.number in page


def test_an_expected_date_after_the_legal_one_says_so(visit, walk, usual):
    walk.to_decision()
    usual(most=30)

    assert "Noteiktais termiņš ir agrāks: jāizlemj" in page_of(visit, walk)


def test_few_cases_tell_no_date(visit, walk, usual, settings):
    settings.EXPECTATION_LEAST_CASES = 41
    walk.to_decision()
    usual(most=4)

    assert "varētu būt izlemta" not in page_of(visit, walk)


def test_while_the_applicant_has_it_no_date_is_promised(visit, walk, usual):
    walk.to_decision()
    usual(most=4)
    walk.give_back("decide", "karlis.paraugs", reason="Kādi dati?")

    page = page_of(visit, walk)

    assert "varētu būt izlemta" not in page
    assert "app-panel--turn" in page
    assert "Labot iesniegumu" in page


def test_the_status_of_a_foreign_case_is_not_there(visit, walk, other_head):
    walk.to_decision()

    answer = visit(other_head).get(reverse("case_status", args=[walk.case.public_id]))

    assert answer.status_code == 404


def test_the_home_page_leads_to_it(visit, walk):
    walk.to_decision()

    assert reverse("case_status", args=[walk.case.public_id]) in text(visit("ilze.piemere").get("/"))


def test_its_statements_are_bounded(visit, walk, usual):
    walk.to_decision()
    usual(most=4)
    head, address = visit("ilze.piemere"), reverse("case_status", args=[walk.case.public_id])
    head.get(address)

    with CaptureQueriesContext(connection) as met:
        head.get(address)

    assert len(met) <= 75


def test_the_card_on_the_start_page_says_when_the_decision_is_expected(visit, walk, usual):
    walk.to_decision()
    usual(most=4)
    today = day_of(clock.now())
    by = until_day(add_working_days(clock.now(), 4), today)
    legal = until_day(add_working_days(clock.now(), 10), today)
    head = visit("ilze.piemere")

    assert f"<b>Gaidāms {by}.</b>" in text(head.get(reverse("home")))
    usual(most=30)
    assert f"<b>Gaidāms {legal}.</b>" in text(head.get(reverse("home")))
    clock.set_offset(clock.offset() + timedelta(days=30))
    assert "<b>Lēmumu vajadzēja pieņemt " in text(head.get(reverse("home")))


def test_more_cards_ask_for_no_more_statements(visit, walk, begin, usual):
    walk.to_decision()
    usual(most=4)
    head, address = visit("ilze.piemere"), reverse("home")
    head.get(address)
    with CaptureQueriesContext(connection) as one:
        assert text(head.get(address)).count("Gaidāms") == 1
    begin().to_decision(
        person="declared",
        given_name="Agnese",
        family_name="Paraugaite",
        personal_code="329876-54321",
        position="Skolotāja",
        email="jauna.adrese@skola.example",
    )

    with CaptureQueriesContext(connection) as two:
        assert text(head.get(address)).count("Gaidāms") == 2
    assert len(two) == len(one)
