"""Messages of processes in every state, and a signal that may be sent, for whoever looks at their pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlencode

from django.db import transaction
from django.urls import reverse

from cases.models import Case
from cases.services.correspondence import withdraw
from engine import catalog, clock, jobs
from engine.models import Incident, Message, Wait
from engine.services import broadcast_signal, correlate_message
from tests.access_request.conftest import actor
from tests.browser.stages import Stages
from tests.engine import diagrams as d

SIGNAL = "macibu_gads.sacies"


def listed(_stages: Stages) -> str:
    """The list with one message of each state."""
    _write()
    return reverse("correspondence")


def of_state(state: str) -> Callable[[Stages], str]:
    """The page of the message in this state."""

    def address(_stages: Stages) -> str:
        _write()
        return reverse("correspondence_message", args=[Message.objects.get(message_id=state).public_id])

    return address


def signal(_stages: Stages) -> str:
    """The form of a signal that takes variables."""
    _write()
    return f"{reverse('correspondence_signal')}?{urlencode({'name': SIGNAL})}"


def process(_stages: Stages) -> str:
    """The page of a process that begins by itself."""
    _write()
    return reverse("process", args=["school_year"])


def _write() -> None:
    if Message.objects.filter(message_id="stopped").exists():
        return
    files = d.process(
        "school_year",
        d.begins("begins", SIGNAL, kind="signal", writes="year first_day changed"),
        d.begins_at("daily", "every workday 08:00"), d.begins_at("yearly", "every year 1 september"),
        d.user("look", group="ministry_officer@1"), d.end(),
        d.flows("begins look end", "daily look", "yearly look"),
        signals=(SIGNAL,), people=False, year="int", first_day="date", changed="bool",
    )  # fmt: skip
    catalog.deploy(files)
    for state in ("delivered", "waiting", "withdrawn", "stopped"):
        with transaction.atomic():
            correlate_message(
                "vptk.lemums",
                key=f"iesniegums-{len(state)}",
                message_id=state,
                variables={"atbalsts": True, "termins": "2027-01-31", "pamatojums": "Komisijas lēmums Nr. 4"},
                now=clock.now(),
                sent_by="una.vadiba",
            )
    with transaction.atomic():
        broadcast_signal(
            SIGNAL,
            message_id="signal",
            variables={"year": 2027},
            now=clock.now(),
            sent_by="una.vadiba",
            because="Sācies 2027./2028. mācību gads.",
        )
    jobs.run_due("browser", until_empty=True)
    instance = Case.objects.order_by("id")[0].instance
    delivered = Message.objects.filter(message_id="delivered")
    delivered.update(delivered_at=clock.now(), receiver=instance)
    gone = Message.objects.get(message_id="withdrawn")
    withdraw(gone.public_id, because="Sūtīts pa kļūdu.", user=actor("una.vadiba"))
    _stop(Message.objects.get(message_id="stopped"))


def _stop(message: Message) -> None:
    """Its time is over, and nobody waited."""
    wait = Wait.objects.get(topic="engine.unclaimed", arguments__message=message.pk)
    wait.status = Wait.Status.INCIDENT
    wait.save(update_fields=["status"])
    Incident.objects.create(
        wait=wait, cause="message_unclaimed", attempts=1, opened_at=clock.now() + timedelta(seconds=1)
    )
