"""Messages of processes in pages: told in words, tried again, withdrawn with a reason; signals sent once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse

from cases.models import AuditEntry, Case
from engine import catalog, clock, jobs
from engine.core.schedules import schedule
from engine.models import Incident, Message
from engine.services import correlate_message
from tests.engine import diagrams as d
from tests.web.conftest import text
from web.process_starts import schedule_words

ADMINISTRATOR = "una.vadiba"


def run() -> None:
    jobs.run_due("test", until_empty=True)


def deploy() -> None:
    """A check that a message starts, a survey that a signal or the calendar starts."""
    group = "ministry_officer@${ministry}"
    catalog.deploy(
        d.process(
            "school_check", d.begins("told", "school.changed", writes="floors"), d.user("look", group=group),
            d.end(), d.flows("told look end"), messages=("school.changed",), people=False, floors="int",
            ministry="int",
        )
    )  # fmt: skip
    catalog.deploy(
        d.process(
            "survey", d.begins("opened", "year.begins", kind="signal", writes="year opens"),
            d.begins_at("daily", "every workday 08:00"), d.user("answer", group=group), d.end(),
            d.flows("opened answer end", "daily answer"), signals=("year.begins",), people=False, year="int",
            opens="date", ministry="int",
        )
    )  # fmt: skip


def send(message_id: str = "m-1", key: str = "k-1", name: str = "school.changed", **variables) -> Message:
    with transaction.atomic():
        return correlate_message(name, key=key, message_id=message_id, variables=variables, now=clock.now())


def page_of(message: Message) -> str:
    return reverse("correspondence_message", args=[message.public_id])


def test_the_list_says_what_needs_a_person_and_what_waits(visit, seeded, db):
    deploy()
    delivered, waiting = send("m-1", floors=3), send("m-2", floors=3)
    run()
    administrator = visit(ADMINISTRATOR)

    listed = text(administrator.get(reverse("correspondence")))
    case = Case.objects.get(process_key="school_check")

    assert "1 ziņojums gaida savu procesu." in listed
    assert case.number in listed
    assert "Piegādāts" in listed
    assert "glabājas līdz" in listed
    only = text(administrator.get(reverse("correspondence") + "?state=delivered"))
    assert page_of(delivered) in only
    assert page_of(waiting) not in only
    assert reverse("correspondence") in text(administrator.get(reverse("jobs")))
    began = text(administrator.get(page_of(delivered)))
    assert "ar to sākās lieta" in began
    assert "floors" in began


def test_nobody_but_an_administrator_opens_the_pages(visit, seeded, db):
    deploy()
    message = send()
    for who in ("karlis.paraugs", "ilze.piemere", "andris.revidents"):
        other = visit(who)
        for address in (reverse("correspondence"), reverse("correspondence_signal"), page_of(message)):
            assert other.get(address).status_code == 404
        withdrawal = reverse("correspondence_withdraw", args=[message.public_id])
        assert other.post(withdrawal, reason="x").status_code == 404
    assert Message.objects.get().is_kept


def test_a_stopped_message_is_tried_again_and_says_what_came_of_it(visit, seeded, db):
    deploy()
    send("m-1", floors=1)
    second = send("m-2", floors=2)
    run()
    clock.set_offset(clock.offset() + timedelta(days=8))
    run()
    administrator = visit(ADMINISTRATOR)

    page = text(administrator.get(page_of(second)))
    assert "Šo ziņojumu, kamēr tas tika glabāts, neviens negaidīja." in page
    told = text(administrator.get(reverse("incident", args=[Incident.objects.get().public_id])))
    assert f'href="{page_of(second)}"' in told
    assert "Atkal neizdevās" in text(administrator.follow(page_of(second)))
    assert Message.objects.get(message_id="m-2").is_kept


def test_a_message_is_withdrawn_only_with_a_reason(visit, seeded, db):
    deploy()
    message = send("m-1", name="nobody.waits")
    administrator = visit(ADMINISTRATOR)
    address = reverse("correspondence_withdraw", args=[message.public_id])

    bare = administrator.post(address, reason=" ")
    assert bare.status_code == 422
    assert 'href="#reason"' in text(bare)
    assert Message.objects.get().is_kept
    done = text(administrator.follow(address, reason="Sūtīts pa kļūdu"))

    assert "Ziņojums atsaukts." in done
    assert "Sūtīts pa kļūdu" in done
    assert "Mēģināt vēlreiz" not in done
    assert AuditEntry.objects.get(action="message.withdrawn").fields["reason"] == "Sūtīts pa kļūdu"


def test_a_signal_is_broadcast_once_with_a_reason(visit, seeded, db):
    deploy()
    administrator = visit(ADMINISTRATOR)
    address = reverse("correspondence_signal")
    assert "year.begins" in text(administrator.get(address))
    form = text(administrator.get(address + "?name=year.begins"))
    assert "sāk 1 lietu" in form
    given = {"name": "year.begins", "once": "abc", "variable-year": "2027", "variable-opens": "2027-09-01"}

    wrong = administrator.post(address, **{**given, "variable-year": "daudz"}, reason="Sākas gads")
    assert wrong.status_code == 422
    assert 'href="#variable-year"' in text(wrong)
    assert 'value="daudz"' in text(wrong)
    assert administrator.post(address, **given, reason="").status_code == 422
    assert Message.objects.count() == 0
    for _ in range(2):
        administrator.post(address, **given, reason="Sākas gads")
    run()

    assert Case.objects.filter(process_key="survey").count() == 1
    assert Message.objects.get().variables == {"year": "2027", "opens": "2027-09-01"}
    assert administrator.get(address + "?name=no.such").status_code == 404


def test_the_page_of_a_process_says_how_it_begins(visit, seeded, db):
    deploy()

    page = text(visit(ADMINISTRATOR).get(reverse("process", args=["survey"])))

    assert "ar signālu year.begins" in page
    assert "katru darbdienu plkst. 8.00; nākamreiz" in page


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("every day", "katru dienu"),
        ("every sunday 23:05", "katru svētdienu plkst. 23.05"),
        ("every month 1 08:00", "katra mēneša 1. datumā plkst. 8.00"),
        ("every month 31", "katra mēneša pēdējā dienā"),
        ("every year 1 september", "katru gadu 1. septembrī"),
        ("2027-09-01T08:00", "01.09.2027. plkst. 8.00"),
        ("R/2027-09-01/P1M", "no 01.09.2027. katru mēnesi"),
        ("R/2027-09-01/P6M", "no 01.09.2027. ik pēc 6 mēnešiem"),
        ("R/2027-09-01/P21D", "no 01.09.2027. ik pēc 3 nedēļām"),
        ("R4/2027-09-01/P2Y", "no 01.09.2027. ik pēc 2 gadiem, pavisam 4 reizes"),
        ("R/2027-09-01/P31D", "no 01.09.2027. ik pēc 31 dienas"),
    ],
)
def test_a_schedule_is_told_in_latvian(written, told):
    assert schedule_words(schedule(written)) == told
