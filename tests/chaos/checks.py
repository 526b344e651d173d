"""What must hold after a run: nothing lost, nothing doubled, the ledger equation, the audit."""

from __future__ import annotations

import io
import time
from collections import Counter
from collections.abc import Iterator

from django.core.management import CommandError, call_command
from django.db.models import Count

from accounts.models import RoleGrant
from cases.models import Case, Document, Message
from engine.models import Completion, Incident, Wait
from tests.chaos.client import Acknowledged

DRAIN_SECONDS = 120
ACTS = ["fill_request", "accept_commitment", "confirm_request", "decide"]


def wait_for_quiet() -> bool:
    """Whether every job that is due was done in time; the workers still run."""
    from engine import clock

    deadline = time.monotonic() + DRAIN_SECONDS
    while time.monotonic() < deadline:
        if not Wait.objects.filter(kind="job", status="due", due_at__lte=clock.now()).exists():
            return True
        time.sleep(0.5)
    return False


def problems(kept: list[Acknowledged], requests: int) -> Iterator[str]:
    """One sentence for everything that does not hold."""
    yield from _lost(kept, requests)
    yield from _doubled()
    yield from _unfinished()
    for command in ("check_invariants", "verify_audit"):
        yield from _said(command)


def _lost(kept: list[Acknowledged], requests: int) -> Iterator[str]:
    cases = Case.objects.count()
    if cases != requests:
        yield f"{cases} cases for {requests} requests"
    for case in Case.objects.exclude(status="closed", outcome="granted"):
        yield f"case {case.number} is {case.status} {case.outcome!r}"
    starts = Counter(Case.objects.exclude(start_key="").values_list("start_key", flat=True))
    done = Counter(
        Completion.objects.filter(kind="task")
        .exclude(idempotency_key="")
        .values_list("idempotency_key", flat=True)
    )
    for one in kept:
        found = starts[one.key] + done[one.key]
        if found != 1:
            yield f"{one.who} had an answer to {one.path}, and its key stands {found} times"


def _doubled() -> Iterator[str]:
    for case in Case.objects.select_related("instance"):
        acts = list(
            Completion.objects.filter(instance=case.instance, kind="task")
            .order_by("version")
            .values_list("element", flat=True)
        )
        if acts != ACTS:
            yield f"case {case.number}: people did {acts}"
        letters = Document.objects.filter(case=case, kind="access.decision").count()
        if letters != 1:
            yield f"case {case.number}: {letters} letters"
        grants = RoleGrant.objects.filter(case_number=case.number).count()
        if grants != 1:
            yield f"case {case.number}: {grants} roles granted"
    twice = Message.objects.values("case", "kind", "recipient", "task").annotate(times=Count("id"))
    for one in twice.filter(times__gt=1):
        yield f"case {one['case']}: the message {one['kind']} stands {one['times']} times"


def _unfinished() -> Iterator[str]:
    for incident in Incident.objects.filter(resolved_at=None):
        yield f"an incident at {incident.element or incident.wait.topic}: {incident.cause}"


def _said(command: str) -> Iterator[str]:
    out = io.StringIO()
    try:
        call_command(command, stdout=out)
    except CommandError as error:
        yield f"{command}: {error}"
        yield from out.getvalue().splitlines()[:10]
