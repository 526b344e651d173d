"""One errand of every kind, brought to its end by the services, for the tests of the checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from accounts.actors import Actor
from cases.models import Batch
from cases.queries.batches import batch_view
from cases.queries.repairing import IncidentFilter
from cases.services.batches import confirm_batch
from cases.services.bulk import start_bulk
from cases.services.campaigns import Selection, start_campaign
from cases.services.correspondence import broadcast, send_message
from cases.services.incidents import repair_incidents
from cases.services.migrating import Chosen, ask_migration, ask_undoing
from cases.services.repairs import Action, Asked
from cases.services.suspending import resume_process, suspend_process
from engine import catalog, clock, jobs
from engine.models import Task
from tests.cases.people import World, build, grant, person, user
from tests.chaos.errands import handlers
from tests.chaos.errands.deploying import hours_from, write_folder
from tests.chaos.errands.record import Record
from tests.chaos.errands.senders import ANSWERED, ASKED, BELL, DRILL

__all__ = ["Walked", "handlers", "walk"]
WHY = "Mācību vajadzībām."
STAMPS = IncidentFilter("errand", None, "stamp", "")


@dataclass
class Walked:
    """What the clients would know after the walk."""

    world: World
    sent: dict[str, dict[str, Any]] = field(default_factory=dict)
    hours: dict[str, int] = field(default_factory=dict)

    @property
    def admin(self) -> Actor:
        return self.world.actor("admin")

    @property
    def record(self) -> Record:
        """As the run would hand it over."""
        scope = self.world.scope("admin")
        views = [batch_view(scope, one) for one in Batch.objects.values_list("public_id", flat=True)]
        names = ("total", "waiting", "done", "failed", "refused", "not_run")
        return Record(
            self.sent,
            self.hours,
            {str(view.public_id): {name: getattr(view, name) for name in names} for view in views},
        )

    def send(self, number: int, **variables: Any) -> None:
        """What asks for an errand, and before it what answers it."""
        self._send(ANSWERED, f"answered-{number}", number, {})
        self._send(ASKED, f"asked-{number}", number, {"number": number, **variables})

    def signal(self, name: str) -> None:
        """Broadcast a signal."""
        message_id = f"{name}-{len(self.sent)}"
        sent = broadcast(name, variables={}, because=WHY, user=self.admin, message_id=message_id)
        self.sent[message_id] = {"id": str(sent.public_id)}
        run()

    def _send(self, name: str, message_id: str, number: int, variables: Mapping[str, Any]) -> None:
        sent = send_message(
            name, key=f"errand-{number}", message_id=message_id, variables=variables, user=self.admin
        )
        self.sent[message_id] = {"id": str(sent.public_id)}
        run()


def walk(place: Path) -> Walked:
    """Errands by messages, a signal, the calendar and a campaign; moved, rested, repaired, decided."""
    catalog.forget()
    now = clock.now()
    hours = hours_from(now, 1)
    catalog.deploy_folder(write_folder(place, hours, 1))
    walked = Walked(build(), hours={element: int(at > now) for element, at in hours.items()})
    other = user("otra", person("Otra", "Pārzine"))
    grant(other, "ministry_admin", walked.world.ministry)
    _begin(walked)
    catalog.deploy_folder(write_folder(place, hours, 2))
    clock.set_offset(clock.offset() + timedelta(minutes=3))
    run()
    _change(walked)
    _repair(walked, walked.world.actor("otra"))
    tasks = list(Task.objects.filter(element="look", status="open").values_list("public_id", flat=True))
    start_bulk(tasks, user=walked.world.actor("officer"), kind="complete", answers={"note": "Labi."})
    run()
    return walked


def run() -> None:
    """Do what is due."""
    jobs.run_due("test", until_empty=True)


def _begin(walked: Walked) -> None:
    walked.send(1, ink=True)
    walked.send(2, ink=False)
    walked.signal(DRILL)
    walked.signal(BELL)
    start_campaign("errand", Selection(), user=walked.world.actor("officer"), reason=WHY)
    run()


def _change(walked: Walked) -> None:
    moved = ask_migration("errand", 2, Chosen(), user=walked.admin, reason=WHY)
    run()
    ask_undoing(moved.public_id, user=walked.admin, reason=WHY)
    run()
    suspend_process("errand", user=walked.admin, reason=WHY, with_running=True)
    run()
    resume_process("errand", user=walked.admin)
    run()


def _repair(walked: Walked, other: Actor) -> None:
    skip = Asked(Action.SKIP, values={"stamp": 0})
    asked = repair_incidents(STAMPS, skip, user=walked.admin, reason=WHY)
    confirm_batch(asked.public_id, user=other)
    run()
    walked.send(3, ink=False)
    walked.signal(BELL)
    repair_incidents(STAMPS, Asked(Action.SET, values={"ink": True}), user=walked.admin, reason=WHY)
    run()
    repair_incidents(STAMPS, None, user=walked.admin, reason=WHY)
    run()
