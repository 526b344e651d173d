"""A link that no longer opens says what happened and what to do; who may, sends another."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from cases.links import open_link
from cases.models import AuditEntry, TaskLink
from cases.people import name_of
from engine import clock, jobs
from registries.models import Person
from registries.queries import current_code
from tests.access_request.conftest import newest_token, person, request
from tests.web.conftest import text

AGAIN = "Sūtīt saiti vēlreiz"


@pytest.fixture
def sent(walk):
    """A link that was mailed to the teacher."""
    walk.do("fill_request", "ilze.piemere", **request())
    return walk


def tail():
    return current_code(person("Jānis Paraugs"))[-5:]


def opened(token=""):
    return Client().get(reverse("link_open", args=[token or newest_token()]))


def close(token):
    for _ in range(5):
        Client().post(reverse("link_open", args=[token]), {"code": "99999"})


def again(walk):
    return reverse("link_again", args=[walk.task("accept_commitment").public_id])


def case_of(walk):
    return reverse("case", args=[walk.case.public_id])


def test_a_link_closed_by_five_wrong_codes_is_renewed_by_the_head(visit, sent):
    head, first = visit("ilze.piemere"), newest_token()
    close(first)
    before = text(head.get(case_of(sent)))

    told = head.follow(again(sent))
    jobs.run_due("test", until_empty=True)

    assert "Saite uzdevumam ir slēgta, jo kods piecas reizes ierakstīts nepareizi." in before
    assert AGAIN in before
    assert "Jauna saite tiek nosūtīta uz j***@example.lv." in text(told)
    assert mail.outbox[-1].to == ["janis.paraugs@example.lv"]
    assert open_link(newest_token(), code_tail=tail()).only_task == sent.task("accept_commitment").pk
    entry = AuditEntry.objects.get(action="link.sent_again")
    assert (name_of(entry.actor), entry.fields) == (
        "Ilze Piemēre", {"recipient": f"person:{person('Jānis Paraugs').pk}"},
    )  # fmt: skip


def test_two_presses_send_one_mail(visit, sent):
    head, sent_before = visit("ilze.piemere"), len(mail.outbox)

    head.post(again(sent))
    head.post(again(sent))
    jobs.run_due("test", until_empty=True)

    assert len(mail.outbox) == sent_before + 1


def test_the_cases_page_says_how_the_link_stands(visit, sent):
    head = visit("ilze.piemere")

    fresh = text(head.get(case_of(sent)))
    open_link(newest_token(), code_tail=tail())
    after = text(head.get(case_of(sent)))
    clock.set_offset(timedelta(days=31))
    late = text(visit("ilze.piemere").get(case_of(sent)))

    assert "Tā vēl nav atvērta." in fresh
    assert "un atvērta šodien plkst." in after
    assert "Saite uzdevumam vairs neder" in late
    for page in (fresh, after, late):
        assert AGAIN in page


@pytest.mark.parametrize("username", ["karlis.paraugs", "andris.revidents"])
def test_who_does_not_answer_for_the_request_sends_no_link(visit, sent, username):
    other, sent_before = visit(username), len(mail.outbox)

    refused = other.post(again(sent))
    jobs.run_due("test", until_empty=True)

    assert AGAIN not in text(other.get(case_of(sent)))
    assert refused.status_code == 403
    assert len(mail.outbox) == sent_before
    assert AuditEntry.objects.filter(action="refused", fields__action="link.send").count() == 1


def test_a_stranger_finds_no_task_to_send_a_link_for(visit, sent, other_head):
    assert visit(other_head).post(again(sent)).status_code == 404


def test_without_an_address_nothing_is_promised(visit, sent):
    Person.objects.filter(given_name="Jānis", family_name="Paraugs").update(email="")
    head = visit("ilze.piemere")

    page, refused = head.get(case_of(sent)), head.post(again(sent))

    assert "Nav e-pasta adreses, uz kuru nosūtīt saiti." in text(page)
    assert AGAIN not in text(page)
    assert refused.status_code == 409
    assert not AuditEntry.objects.filter(action="link.sent_again").exists()


def test_a_used_link_says_that_it_is_done_and_when(sent):
    token = newest_token()
    sent.accept()

    page = opened(token)

    assert page.status_code == 403
    assert "Šeit vairs nekas nav jādara</h1>" in text(page)
    assert "Uzdevums ir paveikts šodien plkst." in text(page)
    assert f"“Uzņemties saistības” lietā {sent.case.number} (Egļkalnu pamatskola)" in text(page)
    assert "Jānis" not in text(page)


def test_a_link_of_a_case_that_went_on_says_so(sent):
    token = newest_token()
    clock.set_offset(timedelta(days=31))
    jobs.run_due("test", until_empty=True)

    page = text(opened(token))

    assert "Šeit vairs nekas nav jādara</h1>" in page
    assert "Uzdevums vairs nav vajadzīgs: lieta slēgta" in page


def test_an_expired_link_says_whom_to_ask_and_offers_the_head_the_button(visit, sent):
    token = newest_token()
    clock.set_offset(timedelta(days=31))

    page = text(opened(token))
    own = text(visit("ilze.piemere").get(reverse("link_open", args=[token])))

    assert "Saites derīguma termiņš ir beidzies</h1>" in page
    assert "palūdziet iestādes vadītājam (Egļkalnu pamatskola)" in page
    assert AGAIN not in page
    assert AGAIN in own
    assert again(sent) in own


def test_a_replaced_link_leads_to_the_newest_mail(visit, sent):
    first = newest_token()
    visit("ilze.piemere").post(again(sent))
    jobs.run_due("test", until_empty=True)

    page = text(opened(first))

    assert "Jums ir nosūtīta jaunāka saite</h1>" in page
    assert "tā nosūtīta šodien plkst." in page


def test_an_empty_code_is_named_and_no_try_is_lost(sent):
    address = reverse("link_open", args=[newest_token()])

    pages = [Client().post(address, {"code": typed}) for typed in ("", " ", "123")]

    for page in pages:
        assert page.status_code == 422
        assert '<a href="#code">Ierakstiet sava personas koda pēdējās piecas zīmes.</a>' in text(page)
    assert TaskLink.objects.get().tries == 0


def test_an_unknown_link_says_no_more_than_that(db, seeded):
    page = opened("x" * 43)

    assert page.status_code == 403
    assert "Šāda saite nav zināma</h1>" in text(page)
    assert AGAIN not in text(page)
