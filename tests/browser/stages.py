"""One access request at each stage of its way, made by the services, for whoever looks at pages."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Self
from uuid import UUID

from django.core import mail
from django.urls import reverse

from accounts.services import invite, make_activation_link
from cases.models import BulkAction, Document
from cases.services.bulk import start_bulk
from cases.services.start import start_case
from engine import clock, jobs
from engine.handlers import HandlerContext, handler
from engine.models import Incident
from exchange.models import WebhookDelivery
from exchange.webhooks.subscribing import Wish, ping, subscribe
from registries.invented.institutions import FIRST_SCHOOL
from registries.models import Organisation, Person
from registries.services import register_person
from tests.access_request.conftest import Walk, actor, newest_token, request

GIVEN_NAMES = ("Agnese", "Baiba", "Dagnija", "Elīna", "Gundega", "Ieva", "Jana", "Kristīne")
HEAD = "ilze.piemere"
OFFICER = "karlis.paraugs"


@handler("tests.browser.failing", runs="job", repeat="by_hand")
def failing(_context: HandlerContext) -> None:
    raise RuntimeError("FAILING")


def strangers() -> Iterator[dict[str, str]]:
    """People whom no register knows yet, as a head declares them."""
    for number, given_name in enumerate(GIVEN_NAMES):
        yield {
            "person": "declared",
            "given_name": given_name,
            "family_name": "Paraugaite",
            "personal_code": f"3{number + 2}9876-54321",
            "position": "Skolotāja",
            "email": "jauna.adrese@skola.example",
        }


class Stages:
    """Each stage is reached once, by a request about somebody new, when somebody first looks."""

    def __init__(self) -> None:
        self._strangers = strangers()

    def reached(self) -> Self:
        """All of them, in the same order whoever looks first, so that lists are as full for the first."""
        for stage in ("begun", "link", "deciding", "returned", "granted", "incident", "activation"):
            getattr(self, stage)
        return self

    @cached_property
    def begun(self) -> Walk:
        """The head has opened the form."""
        place = Organisation.objects.get(name=FIRST_SCHOOL)
        return Walk(start_case("access_request", user=actor(HEAD), organisation=place).case)

    @cached_property
    def link(self) -> str:
        """The address that the user was mailed."""
        mail.outbox = []
        self._asked()
        return reverse("link_open", args=[newest_token()])

    @cached_property
    def deciding(self) -> Walk:
        """The ministry is to decide."""
        return self._walked()

    def fresh_decision(self) -> Walk:
        """Another request about which the ministry is to decide."""
        return self._walked()

    @cached_property
    def returned(self) -> Walk:
        """The ministry gave it back with a comment."""
        walk = self._walked()
        walk.give_back("decide", OFFICER, reason="Lūdzu, precizējiet pienākumus.")
        return walk

    @cached_property
    def granted(self) -> Walk:
        """Decided, with its papers."""
        walk = self._walked()
        walk.do("decide", OFFICER, decision="grant")
        return walk

    @cached_property
    def many(self) -> BulkAction:
        """An officer asked for something to be done to selected tasks, and one of them was refused."""
        task = self.deciding.task("decide").public_id
        asked = start_bulk([task], user=actor(OFFICER), kind="release")
        jobs.run_due("browser", until_empty=True)
        return asked

    @cached_property
    def incident(self) -> Incident:
        """A job that failed for good."""
        jobs.enqueue("tests.browser.failing", now=clock.now())
        jobs.run_due("browser", until_empty=True)
        return Incident.objects.latest("id")

    @cached_property
    def activation(self) -> str:
        """The address with which a new user chooses a password."""
        user = invite(self._registered(), now=clock.now())
        return reverse("activate", args=[make_activation_link(user, now=clock.now()).token])

    @cached_property
    def connection(self) -> UUID:
        """The administrator's connection to another system that accepts nothing."""
        wish = Wish("Skolas žurnāls", "http://127.0.0.1:9/notikumi", ("case.submitted", "case.decided"))
        made = subscribe(wish, user=actor("una.vadiba")).row
        for _ in range(2):
            ping(made.public_id, user=actor("una.vadiba"))
        jobs.run_due("browser", until_empty=True)
        delivery = WebhookDelivery.objects.filter(subscription=made).latest("id")
        WebhookDelivery.objects.filter(pk=delivery.pk).update(status="failed", attempts=8)
        return made.public_id

    @property
    def paper(self) -> Document:
        """A document of the granted request."""
        return Document.objects.filter(case=self.granted.case).latest("id")

    def _registered(self) -> Person:
        """The next of them, entered in the register."""
        known = next(self._strangers)
        return register_person(
            given_name=known["given_name"],
            family_name=known["family_name"],
            personal_code=known["personal_code"],
            email=known["email"],
        )

    def _asked(self) -> Walk:
        place = Organisation.objects.get(name=FIRST_SCHOOL)
        walk = Walk(start_case("access_request", user=actor(HEAD), organisation=place).case)
        walk.do("fill_request", HEAD, **request(**next(self._strangers)))
        return walk

    def _walked(self) -> Walk:
        walk = self._asked()
        walk.accept()
        walk.confirm()
        return walk
