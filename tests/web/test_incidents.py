"""Jobs and incidents: the cause in plain words, and a retry that says fixed only after it passed."""

from collections.abc import Mapping

import pytest
from django.urls import reverse
from django.utils.translation import override

from engine import causes, clock, jobs
from engine.handlers import HandlerContext, handler
from engine.models import Incident
from tests.web.conftest import text

works = {"now": False}


@handler("tests.web.shaky", runs="job", repeat="by_hand")
def shaky(context: HandlerContext) -> Mapping[str, object] | None:
    if not works["now"]:
        raise RuntimeError("BROKEN")
    return None


@pytest.fixture
def incident(seeded, db):
    works["now"] = False
    jobs.enqueue("tests.web.shaky", now=clock.now())
    jobs.run_due("test", until_empty=True)
    return Incident.objects.get()


def test_the_list_and_the_page_say_in_plain_words_what_happened(visit, incident):
    administrator = visit("una.vadiba")

    listed = text(administrator.get(reverse("jobs")))
    page = text(administrator.get(reverse("incident", args=[incident.public_id])))

    assert "<b>1 incidents</b>" in listed
    with override("lv"):
        assert causes.words(incident.cause) in listed
    assert "tests.web.shaky" in page
    assert "BROKEN" not in listed


def test_a_retry_that_fails_says_so_and_leaves_the_incident_open(visit, incident):
    page = visit("una.vadiba").follow(reverse("incident", args=[incident.public_id]))

    assert "Atkal neizdevās" in text(page)
    assert "Mēģināt vēlreiz" in text(page)
    assert Incident.objects.get().resolved_at is None


def test_a_retry_that_passes_says_fixed(visit, incident):
    works["now"] = True

    page = visit("una.vadiba").follow(reverse("incident", args=[incident.public_id]))

    assert "incidents ir novērsts" in text(page)
    assert "Mēģināt vēlreiz" not in text(page)
    assert Incident.objects.get().resolved_by == "una.vadiba"


@pytest.mark.parametrize("username", ["ilze.piemere", "karlis.paraugs", "andris.revidents"])
def test_nobody_but_an_administrator_finds_it_or_tries_it(visit, incident, username):
    works["now"] = True
    person, address = visit(username), reverse("incident", args=[incident.public_id])

    assert person.get(address).status_code == 404
    assert person.post(address).status_code == 404
    assert Incident.objects.get().resolved_at is None
