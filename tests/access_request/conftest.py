"""The demonstration's people and a request about the teacher, at any point of its way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail

from accounts.actors import Actor, actor_of
from accounts.models import RoleGrant, User
from cases.links import open_link
from cases.models import Case
from cases.services.start import start_case
from cases.services.tasks import complete_task, return_task
from engine import catalog, jobs
from engine.models import Task
from registries.models import Organisation, Person
from registries.queries import current_code
from tests.access_request.signing import with_signature
from tests.plugins.scenario_walks import _LINK
from tests.plugins.scenarios import seeded

__all__ = ["seeded"]

CONSENTS = {"only_duties": True, "keep_secret": True, "own_account": True, "report": True, "how": "sign"}
CONFIRMED = {"how": "sign", "is_employee": True}


@dataclass
class Walk:
    """One request, moved by the people of the demonstration."""

    case: Case

    def task(self, element: str) -> Task:
        return Task.objects.get(instance=self.case.instance, element=element, status="open")

    @property
    def open(self) -> list[str]:
        found = Task.objects.filter(instance=self.case.instance, status="open")
        return sorted(found.values_list("element", flat=True))

    def do(self, element: str, by: str, **answers: Any) -> None:
        task, user = self.task(element), actor(by)
        complete_task(task.public_id, user=user, answers=with_signature(task, user, answers))
        jobs.run_due("test", until_empty=True)

    def give_back(self, element: str, by: str, **comments: str) -> None:
        answers = {"decision": "return"}
        return_task(self.task(element).public_id, user=actor(by), comments=comments, answers=answers)

    def accept(self) -> None:
        task, user = self.task("accept_commitment"), self.visitor()
        complete_task(task.public_id, user=user, answers=with_signature(task, user, CONSENTS))
        jobs.run_due("test", until_empty=True)

    def visitor(self) -> Actor:
        task = self.task("accept_commitment")
        person = Person.objects.get(pk=int(task.assignee.removeprefix("person:")))
        return open_link(newest_token(), code_tail=current_code(person)[-5:])

    def confirm(self, by: str = "ilze.piemere") -> None:
        self.do("confirm_request", by, **CONFIRMED)

    def to_decision(self, **changes: Any) -> Walk:
        self.do("fill_request", "ilze.piemere", **request(**changes))
        self.accept()
        self.confirm()
        return self

    def fresh(self) -> Case:
        return Case.objects.get(pk=self.case.pk)


def actor(username: str) -> Actor:
    return actor_of(User.objects.select_related("person").get(username=username), "page")


def person(name: str) -> Person:
    given, _, family = name.partition(" ")
    return Person.objects.get(given_name=given, family_name=family)


def newest_token() -> str:
    tokens = [found[1] for message in mail.outbox if (found := _LINK.search(str(message.body)))]
    return tokens[-1]


def request(**changes: Any) -> dict[str, Any]:
    answers = {
        "kind": "grant",
        "person": str(person("Jānis Paraugs").public_id),
        "email": "janis.paraugs@example.lv",
        "roles": ["institution_user"],
        "reason": "Ievada skolēnu datus savai klasei.",
        **changes,
    }
    return {name: value for name, value in answers.items() if value is not None}


@pytest.fixture
def begin(seeded: None, db: None) -> Iterator[Callable[..., Walk]]:
    """Starts a request for an organisation."""
    catalog.deploy_folder(Path(settings.PROCESSES_DIR) / "access_request")
    mail.outbox = []

    def start(by: str = "ilze.piemere", organisation: str = "Egļkalnu pamatskola") -> Walk:
        place = Organisation.objects.get(name=organisation)
        return Walk(start_case("access_request", user=actor(by), organisation=place).case)

    yield start
    catalog.forget()


@pytest.fixture
def walk(begin: Callable[..., Walk]) -> Walk:
    """The head's request for her school, just started."""
    return begin()


@pytest.fixture
def other_head(seeded: None, db: None) -> str:
    """The head of a school in another municipality."""
    own = RoleGrant.objects.get(user__username="ilze.piemere", role="institution_head").organisation
    others = RoleGrant.objects.filter(role="institution_head").exclude(organisation=own)
    return others.exclude(organisation__municipality=own.municipality).order_by("id")[0].user.username
