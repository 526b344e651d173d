"""The whole service: permission, form, engine, the case's status, audit, outbox rows, commit."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from accounts.actors import Actor
    from registries.models import Organisation

APPLICANT, MUNICIPALITY, MINISTRY = "ilze.piemere", "dace.aizvietone", "karlis.paraugs"


@dataclass(slots=True)
class Service:
    """One process and the people who walk it; `case` is one whole case."""

    process: str
    organisation: Organisation
    applicant: Actor
    municipality: Actor
    ministry: Actor
    state_bytes: list[int] = field(default_factory=list)
    statements: list[int] = field(default_factory=list)

    @classmethod
    def prepare(cls, process: str) -> Service:
        """The seed's people as actors."""
        from accounts.actors import actor_of
        from accounts.models import Role, User

        users = {
            user.username: user
            for user in User.objects.filter(username__in=(APPLICANT, MUNICIPALITY, MINISTRY))
        }
        grant = users[APPLICANT].role_grants.select_related("organisation").get(role=Role.INSTITUTION_HEAD)
        applicant, municipality, ministry = (
            actor_of(users[name], "page") for name in (APPLICANT, MUNICIPALITY, MINISTRY)
        )
        return cls(process, grant.organisation, applicant, municipality, ministry)

    def case(self) -> float:
        """Start, submit, approve, decide: four committed steps; the seconds in the services."""
        from benchmarks.approval import APPROVED, DECIDED, SUBMITTED

        begun = time.perf_counter()
        task = self.start()
        took = time.perf_counter() - begun
        for actor, answers in (
            (self.applicant, SUBMITTED),
            (self.municipality, APPROVED),
            (self.ministry, DECIDED),
        ):
            took += self.complete(task, actor, answers)
            task = self.open_task(task) or task
        return took

    def start(self) -> UUID:
        """A new case; its first task."""
        from cases.services.start import start_case

        started = start_case(self.process, user=self.applicant, organisation=self.organisation)
        assert started.task is not None
        return started.task.public_id

    def complete(self, task: UUID, actor: Actor, answers: Any) -> float:
        """One completed task; the seconds that it took."""
        from cases.services.tasks import complete_task

        begun = time.perf_counter()
        complete_task(task, user=actor, answers=dict(answers))
        return time.perf_counter() - begun

    def open_task(self, before: UUID) -> UUID | None:
        """The task that is open in the case of this one, as the next person's inbox would show it."""
        from engine.models import Task

        found = Task.objects.filter(instance__tasks__public_id=before, status="open")
        return found.values_list("public_id", flat=True).first()

    def loop(self) -> Callable[[], float]:
        """A new case of the looping process, an iteration a call; the seconds of its completion."""
        task = self.start()

        def step() -> float:
            nonlocal task
            took = self.complete(task, self.applicant, {"again": True})
            task = self.open_task(task) or task
            return took

        return step

    def report(self) -> None:
        """Statements a step, and bytes of state while the case waits, of one more case."""
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        from benchmarks.approval import APPROVED, DECIDED, SUBMITTED
        from benchmarks.targets import tell
        from engine.models import ProcessInstance

        task = self.start()
        people = (self.applicant, self.municipality, self.ministry)
        for actor, answers in zip(people, (SUBMITTED, APPROVED, DECIDED), strict=True):
            with CaptureQueriesContext(connection) as captured:
                self.complete(task, actor, answers)
            self.statements.append(sum(_counts(query["sql"]) for query in captured))
            state = ProcessInstance.objects.get(tasks__public_id=task).state
            self.state_bytes.append(len(bytes(state)))
            task = self.open_task(task) or task
        tell("statements", max(self.statements))
        tell("state", max(self.state_bytes[:-1]))


def _counts(statement: str) -> bool:
    return not statement.upper().startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))
