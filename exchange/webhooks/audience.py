"""Who is to be told: known in this process, so that a step that nobody listens to costs no statement."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.db.models import Q

from cases.events import CaseMoved
from cases.remembered import Remembered
from engine import jobs
from exchange.models import WebhookSubscription
from exchange.webhooks.kinds import HAPPENED
from registries.models import Organisation

ANNOUNCE: Final = "webhooks.announce"
# Another process learns of a new subscription after this many seconds at the latest.
KEPT_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """Types that somebody wants of every case, and those wanted of the cases of some organisations."""

    of_all: frozenset[str]
    of: Mapping[int, frozenset[str]]

    def has(self, kind: str, organisation_id: int) -> bool:
        """Whether anybody wants this of a case of this organisation."""
        return kind in self.of_all or kind in self.of.get(organisation_id, ())


def wanted() -> Wanted:
    """What is wanted, kept in this process: a statement or two a minute."""
    return _kept.value()


def forget() -> None:
    """Read it afresh at the next use."""
    _kept.forget()


def changed() -> None:
    """Somebody changed a subscription: read it afresh, and once more when the change has been committed."""
    forget()
    transaction.on_commit(forget)


def covered(organisation_id: int) -> Q:
    """The organisations whose cases belong to a subscription of this one: itself, and what it founded."""
    lies_in = Q(municipality_id=organisation_id, municipality__kind=Organisation.Kind.MUNICIPALITY)
    return Q(pk=organisation_id) | Q(founder_id=organisation_id) | lies_in


def _load() -> Wanted:
    of_all: set[str] = set()
    of: dict[int, set[str]] = {}
    sending = WebhookSubscription.objects.filter(ended_at=None, stopped="")
    for organisation_id, types in sending.values_list("organisation_id", "types"):
        if organisation_id is None:
            of_all.update(types)
            continue
        for one in Organisation.objects.filter(covered(organisation_id)).values_list("pk", flat=True):
            of.setdefault(one, set()).update(types)
    return Wanted(frozenset(of_all), {one: frozenset(types) for one, types in of.items()})


_kept: Final = Remembered(_load, seconds=KEPT_SECONDS)


def on_case_moved(moved: CaseMoved) -> None:
    """Ask, in the step's own transaction, for what happened to be told; nothing when nobody listens."""
    known, case = wanted(), moved.case
    if not known.of_all and case.organisation_id not in known.of:
        return
    items = [item for item in _items(moved) if known.has(item["type"], case.organisation_id)]
    if not items:
        return
    arguments = {
        "case": case.pk,
        "status": str(case.status),
        "outcome": case.outcome,
        "version": moved.step.instance.version,
        "at": moved.step.now.isoformat(),
        "items": items,
    }
    jobs.enqueue(ANNOUNCE, arguments=arguments, now=moved.step.now)


def _items(moved: CaseMoved) -> Iterator[dict[str, Any]]:
    """What happened, in order: to the case, then to its tasks."""
    if moved.step.kind == "start":
        yield {"type": "case.started"}
    for word in moved.happened:
        yield {"type": f"case.{HAPPENED.get(word, word)}"}
    for closed in moved.step.closed:
        yield _task(f"task.{closed.how}", closed.task.public_id, closed.task.element)
    for task in moved.step.opened:
        yield _task("task.opened", task.public_id, task.element)


def _task(kind: str, public_id: object, element: str) -> dict[str, Any]:
    return {"type": kind, "task": str(public_id), "element": element}
