"""What a person meets after sending: what is next and whose, for the applicant and for the officer."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import RoleGrant
from engine import jobs
from engine.models import Task
from tests.access_request.conftest import CONFIRMED, newest_token, request
from tests.web.conftest import Visitor, text
from tests.web.test_request_without_scripts import _tail, answers, at, send, sign, version_of

WORDS = "Lūdzu, precizējiet pienākumus."


@pytest.fixture
def returned(visit, walk):
    """A request that an officer has just returned on the page."""
    walk.to_decision(valid_until="2099-08-31")
    fields = {"comment-reason": WORDS, "idempotency_key": "r"}
    visit("karlis.paraugs").post(at("task_return", walk.task("decide")), **fields)
    return walk


def corrected(visit, walk):
    done = send(
        visit("ilze.piemere"), walk.task("correct"), {"reason": "Ievada datus savai klasei un grupai"}
    )
    jobs.run_due("test", until_empty=True)
    return done


def test_after_sending_it_is_said_what_is_next_and_who_has_it(visit, walk):
    head = visit("ilze.piemere")
    done = send(head, walk.task("fill_request"), answers()).headers["Location"]
    jobs.run_due("test", until_empty=True)

    for page in (text(head.get(done)), text(head.get(done)), text(visit("ilze.piemere").get(done))):
        assert "Jūsu atbildes ir nosūtītas</h1>" in page
        assert "Pieejas tiesību iesniegums." in page
        assert "<dd>Uzņemties saistības</dd>" in page
        assert "<dd>Jānis Paraugs, līdz" in page
        assert "Jums pašlaik nekas nav jādara." in page
        assert reverse("help") in page
        assert "Vēl viens solis" not in page


def test_after_a_correction_the_confirmation_of_the_request_is_the_obvious_next_step(visit, returned):
    done = corrected(visit, returned)

    page = text(visit("ilze.piemere").get(done.headers["Location"]))

    assert "Vēl viens solis: Apstiprināt iesniegumu</h2>" in page
    assert "Kamēr tas nav paveikts, lieta tālāk nevirzās." in page
    assert f'<a class="govuk-button" href="{at("task", returned.task("confirm_request"))}"' in page
    assert "Jums pašlaik nekas nav jādara." not in page


def test_while_the_papers_are_prepared_it_is_said_that_this_takes_seconds(visit, walk):
    done = send(visit("ilze.piemere"), walk.task("fill_request"), answers()).headers["Location"]

    waiting = text(visit("ilze.piemere").get(done))
    jobs.run_due("test", until_empty=True)
    later = text(visit("ilze.piemere").get(done))

    assert "Tas ilgst dažas sekundes." in waiting
    assert f'href="{done}"' in waiting
    assert "nekas nav jādara" not in waiting
    assert "Tas ilgst dažas sekundes." not in later


def test_with_nothing_left_in_this_case_the_next_task_of_another_is_offered(visit, begin):
    other, walk = begin(), begin()
    done = send(visit("ilze.piemere"), walk.task("fill_request"), answers())

    page = text(visit("ilze.piemere").get(done.headers["Location"]))

    assert "Jūsu nākamais uzdevums:" in page
    assert f'href="{at("task", other.task("fill_request"))}"' in page


def test_who_came_by_a_link_may_close_the_window(walk):
    walk.do("fill_request", "ilze.piemere", **request())
    client, task = Client(), walk.task("accept_commitment")
    client.post(reverse("link_open", args=[newest_token()]), {"code": _tail()})
    consents = dict.fromkeys(("only_duties", "keep_secret", "own_account", "report"), "true")
    signed = sign(Visitor(client), task, **consents)
    client.post(at("task", task), {"draft_version": version_of(task), **signed})

    sent = client.post(at("task_check", task), {"draft_version": version_of(task)}, follow=True)

    assert "Jūsu atbildes ir nosūtītas</h1>" in text(sent)
    assert "Varat aizvērt šo logu" in text(sent)
    assert "Jūsu nākamais uzdevums:" not in text(sent)
    assert text(client.get(at("task_done", task))).count("Saistību raksts.") == 1


def test_who_signs_on_paper_is_told_to_send_it_until_it_is_decided(visit, walk):
    walk.do("fill_request", "ilze.piemere", **request())
    client, task = Client(), walk.task("accept_commitment")
    client.post(reverse("link_open", args=[newest_token()]), {"code": _tail()})
    consents = dict.fromkeys(("only_duties", "keep_secret", "own_account", "report"), "true")
    client.post(at("task", task), {"draft_version": version_of(task), "how": "paper", **consents})

    sent = text(client.post(at("task_check", task), {"draft_version": version_of(task)}, follow=True))
    jobs.run_due("test", until_empty=True)
    walk.confirm()
    head, confirmed = visit("ilze.piemere"), Task.objects.get(element="confirm_request")
    signed = text(head.get(at("task_done", confirmed)))
    walk.do("decide", "karlis.paraugs", decision="refuse", reasons="Lomai nav pamatojuma.")

    assert "Tas jums vēl jāizdara</h2>" in sent
    assert "nosūtiet oriģinālu ministrijai: Vaļņu iela 2" in sent
    assert ">Saistību raksts (PDF)</a>" in sent
    assert "No jums vairs nekas nav vajadzīgs" not in sent
    assert "Tas jums vēl jāizdara" not in signed
    closed = text(head.get(at("task_done", confirmed)))
    assert "Lieta ir slēgta: iesniegums nav apmierināts." in closed
    assert "nekas nav jādara" not in closed


def test_the_officer_sees_to_whom_the_case_was_returned_and_since_when(visit, returned):
    officer = visit("karlis.paraugs")

    case = text(officer.get(reverse("case", args=[returned.case.public_id])))
    waiting = text(officer.get(reverse("inbox"), queue="waiting"))
    done = text(officer.get(at("task_done", Task.objects.get(element="decide"))))

    assert '<span class="govuk-tag ">Atdota labošanai</span>' in case
    assert "<h2>Ilze Piemēre: Labot iesniegumu, līdz" in case
    assert "Atdota labošanai šodien." in case
    assert "Atdota labošanai: Ilze Piemēre" in waiting
    assert "Lieta ir atdota labošanai</h1>" in done
    assert WORDS in done
    assert "Jālabo" in text(visit("ilze.piemere").get(reverse("cases")))


def test_returning_tells_the_officer_who_corrects_it_and_until_when(visit, walk):
    walk.to_decision()
    officer = visit("karlis.paraugs")

    back = officer.follow(at("task_return", walk.task("decide")), **{"comment-reason": WORDS})

    assert f"{walk.case.number} ir atdota labošanai. To labo Ilze Piemēre, līdz" in text(back)


def test_the_officers_words_stand_beside_the_corrected_answer(visit, returned):
    corrected(visit, returned)
    returned.do("confirm_request", "ilze.piemere", **CONFIRMED)

    page = text(visit("karlis.paraugs").get(at("task", returned.task("decide"))))
    row = next(part for part in page.split("<tr") if "Ievada datus savai klasei un grupai" in part)

    assert f"Kārlis Paraugs, šodien:</span> “{WORDS}”" in row


def test_words_on_an_answer_that_was_then_emptied_are_not_lost(visit, walk):
    walk.to_decision(valid_until="2099-08-31")
    walk.give_back("decide", "karlis.paraugs", valid_until="Termiņu nevajag.")
    send(visit("ilze.piemere"), walk.task("correct"), {"valid_until-day": "", "valid_until-month": ""})

    page = text(visit("karlis.paraugs").get(reverse("case", args=[walk.case.public_id])))

    assert "“Termiņu nevajag.”" in page
    assert "31.08.2099." in page


def test_giving_back_to_colleagues_is_offered_only_where_there_are_any(visit, walk):
    walk.do("fill_request", "ilze.piemere", **request())
    walk.accept()
    head, task = visit("ilze.piemere"), walk.task("confirm_request")

    alone = text(head.get(at("task", task)))
    school = RoleGrant.objects.get(user__username="ilze.piemere", role="institution_head")
    RoleGrant.objects.filter(user__username="dace.aizvietone").update(
        role="institution_head", organisation=school.organisation
    )
    together = text(head.get(at("task", task)))

    assert "Atdot atpakaļ kolēģiem" not in alone
    assert "Atdot atpakaļ kolēģiem" in together
