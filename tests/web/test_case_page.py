"""The page of a case: what stands open, what is folded, and nothing that is no longer true."""

import re

from django.urls import reverse

from tests.access_request.conftest import CONFIRMED
from tests.web.conftest import text

HEAD, OFFICER = "ilze.piemere", "karlis.paraugs"
GROUP = re.compile(r'<details class="govuk-details app-answers"( open)?>.*?summary-text">([^<]+)<', re.S)


def page_of(visit, walk, who=OFFICER):
    return text(visit(who).get(reverse("case", args=[walk.case.public_id])))


def groups(page):
    """The forms that were answered, and whether their answers stand open."""
    return [(title, bool(is_open)) for is_open, title in GROUP.findall(page)]


def test_the_request_stands_open_and_the_other_answers_are_folded(visit, walk):
    walk.to_decision()

    assert groups(page_of(visit, walk)) == [
        ("Pieejas tiesību iesniegums", True),
        ("Saistību raksts", False),
        ("Iesnieguma apstiprinājums", False),
    ]


def test_of_a_closed_case_the_decision_stands_open_too(visit, walk):
    walk.to_decision()
    walk.do("decide", OFFICER, decision="grant")

    page = page_of(visit, walk)

    assert groups(page)[-1] == ("Lēmums par pieeju", True)
    assert ", un lēmums pieņemts šodien." in page
    assert "Kopš šodienas." not in page


def test_of_a_withdrawn_case_no_deadline_is_told(visit, walk):
    walk.to_decision()
    head = visit(HEAD)
    head.post(reverse("case_withdraw", args=[walk.case.public_id]))

    assert "Lēmuma termiņš" not in page_of(visit, walk)
    status = text(head.get(reverse("case_status", args=[walk.case.public_id])))
    assert "Līdz kuram laikam jāizlemj" not in status


def test_the_newest_documents_come_first_with_the_result_of_their_signature(visit, walk):
    walk.to_decision()
    walk.do("decide", OFFICER, decision="grant")

    page = page_of(visit, walk)
    shown, folded = page.split("agrāki dokumenti", 1)
    papers = shown.split('id="dokumenti"')[1]

    assert papers.index("Izziņa par pieejas tiesībām") < papers.index("Lēmums par pieejas piešķiršanu")
    assert papers.count("Paraksts ir derīgs") == 2
    assert "Izraksts no reģistriem" not in papers
    assert "Izraksts no reģistriem" in folded


def test_a_long_course_folds_its_first_steps_and_what_lies_far_ahead(visit, walk):
    walk.to_decision()
    walk.give_back("decide", OFFICER, reason="Kādi dati?")

    page = page_of(visit, walk, HEAD)
    steps = page.split('id="soli"')[1].split('id="notikumi"')[0]
    near = re.sub(r"<details.*?</details>", "", steps, flags=re.S)

    assert "Aizpildīt iesniegumu" in steps
    assert "Aizpildīt iesniegumu" not in near
    assert re.findall(r'<li class="is-now"[^>]*><b>([^<]+)<', near) == ["Labot iesniegumu"]
    assert len(re.findall(r"<li><b>", near)) == 3


def test_a_return_says_how_many_answers_and_what_only_people_may_do_next(visit, walk):
    walk.to_decision(valid_until="2099-08-31")
    walk.give_back("decide", OFFICER, reason="Kādi dati?", valid_until="Cik ilgi?")

    page = page_of(visit, walk, HEAD)
    nexts = page.split("Kas var notikt tālāk")[1].split("</ul>")[0]

    assert "atdeva labošanai 2 atbildes." in page
    assert "Apstiprināt iesniegumu</li>" in nexts
    for not_theirs in ("Pārbaudīt reģistros", "Sagatavot dokumentus", "Lemt par pieejas atņemšanu"):
        assert not_theirs not in nexts


def test_a_paper_that_was_corrected_stands_once_beside_the_task(visit, walk):
    walk.to_decision()
    walk.give_back("decide", OFFICER, reason="Kādi dati?")
    walk.do("correct", HEAD, reason="Ievada 3.a un 3.b klases datus.")
    walk.do("confirm_request", HEAD, **CONFIRMED)

    page = text(visit(OFFICER).get(reverse("task", args=[walk.task("decide").public_id])))
    facts = page.split("<dt>Dokumenti</dt>")[1]

    assert facts.count(">Iesniegums</a>") == 1
    assert facts.count(">Parakstīts iesniegums</a>") == 1
