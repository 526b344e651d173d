"""The demonstration's people, with every process deployed, and what the registers say of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail

from accounts.models import RoleGrant, User
from cases.models import AuditEntry, Case
from engine import catalog, clock, jobs
from engine.models import Task
from registries.models import Employment, Organisation, Person
from registries.services import end_employment
from tests.access_request.conftest import Walk, actor, begin, person, seeded
from tests.plugins.scenario_walks import RIGA
from tests.web.conftest import Visitor, visit

__all__ = ["Visitor", "Walk", "actor", "begin", "person", "seeded", "visit"]

SCHOOL = "Egļkalnu pamatskola"


@pytest.fixture
def school(seeded: None, db: None) -> Iterator[Organisation]:
    """The first school, where Ilze Piemēre is the head and Zane Varbūte a user."""
    catalog.deploy_all(Path(settings.PROCESSES_DIR))
    mail.outbox = []
    yield Organisation.objects.get(name=SCHOOL)
    catalog.forget()


@pytest.fixture
def leave(school: Organisation) -> Callable[..., None]:
    """Enters in the register that somebody's work in the school ends."""

    def enter(name: str, *, days: int = -1, at_once: bool = False, run: bool = True) -> None:
        for work in Employment.objects.filter(person=person(name), organisation=school):
            end_employment(work, last_day=today() + timedelta(days=days), at_once=at_once, now=clock.now())
        if run:
            run_jobs()

    return enter


def today() -> date:
    return clock.now().astimezone(RIGA).date()


def run_jobs() -> None:
    jobs.run_due("test", until_empty=True)


def roles(name: str) -> list[tuple[str, str]]:
    """The standing roles of a person, with their organisations."""
    found = RoleGrant.objects.filter(user__person=person(name), revoked_at=None).order_by("id")
    return list(found.values_list("role", "organisation__name"))


def account(name: str) -> User:
    return User.objects.get(person=person(name))


def newest(process: str) -> Case:
    return Case.objects.filter(process_key=process).latest("id")


def open_tasks(case: Case) -> list[tuple[str, str, str]]:
    """Element, group's role and assignee of the open tasks."""
    found = Task.objects.filter(instance=case.instance, status="open").order_by("element")
    return [(task.element, task.group.partition("@")[0], task.assignee) for task in found]


def audited(case: Case) -> list[tuple[str, str]]:
    """Action and actor of the entries of a case."""
    found = AuditEntry.objects.filter(chain=f"case:{case.pk}").order_by("seq")
    return [(entry.action, named(entry.actor)) for entry in found]


def named(actor: str) -> str:
    """The username behind an actor of the audit."""
    kind, _, key = actor.partition(":")
    return User.objects.get(pk=int(key)).username if kind == "user" else actor


def grant(who: User, role: str, where: Organisation) -> RoleGrant:
    return RoleGrant.objects.create(
        user=who,
        role=role,
        organisation=where,
        valid_from=date(2025, 9, 1),
        granted_at=clock.now(),
        case_number="GIVEN",
    )


def told(kind: str) -> list[str]:
    """Who was sent a message of this kind."""
    from cases.models import Message

    rows = Message.objects.filter(kind=kind).select_related("recipient").order_by("id")
    return [str(row.recipient) for row in rows]


def other_person(**more: Any) -> Person:
    return Person.objects.create(given_name="Cita", family_name="Piemēre", **more)
