"""The sums of the ledger equation, each counted from its own rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet, Sum

from cases.models import AuditChain, AuditEntry, Case
from engine.models import Completion, ProcessInstance, Wait

STEPS = (
    *("case.started", "task.completed", "job.done", "timer.fired", "event.arrived", "error.caught"),
    *("case.cancelled", "case.repaired", "case.migrated"),
)
# What a batch or a decision on many tasks has done stands under keys of its own.
OF_MANY = ("bulk:", "batch:")
# Pages give their forms keys of their own, so who comes by a link has some that no program knows.
VISITOR = "person:"


@dataclass(frozen=True, slots=True)
class Equation:
    """How often something moved, by the instances, by the history and by the audit; and what was keyed."""

    versions: int
    completions: int
    audited: int
    keyed: int
    jobs: int
    attempts: int
    chains: int
    entries: int

    def problems(self, acknowledged: int) -> Iterator[str]:
        """What of the equation does not hold."""
        if not self.versions == self.completions == self.audited:
            yield (
                f"the instances moved {self.versions} times, the history has {self.completions} steps"
                f" and the audit {self.audited}"
            )
        if self.keyed != acknowledged:
            yield f"{acknowledged} acts were acknowledged, and {self.keyed} keys stand in the history"


def equation() -> Equation:
    """The sums as they are now."""
    jobs = Wait.objects.filter(kind="job", status="done")
    return Equation(
        versions=ProcessInstance.objects.aggregate(n=Sum("version"))["n"] or 0,
        completions=Completion.objects.count(),
        audited=AuditEntry.objects.filter(action__in=STEPS, fields__has_key="version").count(),
        keyed=_keyed().count(),
        jobs=jobs.count(),
        attempts=jobs.aggregate(n=Sum("attempts"))["n"] or 0,
        chains=Case.objects.exclude(chain_length=0).count() + AuditChain.objects.count(),
        entries=AuditEntry.objects.count(),
    )


def _keyed() -> QuerySet[Completion]:
    """What a program has done under a key of its own."""
    found = Completion.objects.exclude(idempotency_key="").exclude(actor__startswith=VISITOR)
    for beginning in OF_MANY:
        found = found.exclude(idempotency_key__startswith=beginning)
    return found
