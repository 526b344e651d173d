"""What must hold after a run: nothing lost, nothing doubled, the ledger equation, the audit."""

from __future__ import annotations

import io
import time
from collections import Counter
from collections.abc import Iterable, Iterator

from django.core.management import CommandError, call_command
from django.db.models import Count

from accounts.models import RoleGrant, User
from cases.models import Case, Document, Message
from engine import clock
from engine.messages import UNCLAIMED
from engine.models import Completion, Incident, Task, Wait
from tests.chaos.client import Acknowledged
from tests.chaos.equation import equation
from tests.chaos.mails import DIGEST, mail_problems

DRAIN_SECONDS = 240
LATER = (DIGEST, UNCLAIMED)
# What people do in a request, in order; the visitor's own act comes by a link and has no key.
ACTS = ["fill_request", "accept_commitment", "confirm_request", "decide"]
KEYED = 4
# What the invented data bring along.
SEED = "PARAUGDATI"
REQUEST = "access_request"
MESSAGES = {"links.invite": 1, "task.opened": 1, "accounts.invite": 1, "access.decided": 1}
SIGNED = "signed.access.commitment"
DOCUMENTS = {
    "access.application": 1,
    "access.certificate": 1,
    "access.commitment": 1,
    "access.decision": 1,
    "access.register_extract": 1,
    SIGNED: 1,
}


def wait_for_quiet() -> bool:
    """Whether every job that is due was done in time; the workers still run."""
    from engine import clock

    deadline = time.monotonic() + DRAIN_SECONDS
    while time.monotonic() < deadline:
        if not Wait.objects.filter(kind="job", status="due", due_at__lte=clock.now()).exists():
            return True
        time.sleep(0.5)
    return False


def problems(kept: list[Acknowledged], requests: int, mails: Counter[str]) -> Iterator[str]:
    """One sentence for everything that does not hold; `mails` counts what arrived by its key."""
    yield from _lost(kept, requests)
    yield from _kept(kept)
    yield from _doubled()
    yield from mail_problems(mails)
    yield from _unfinished()
    yield from equation().problems(len(kept))
    for command in ("check_invariants", "verify_audit"):
        yield from _said(command)


def _lost(kept: list[Acknowledged], requests: int) -> Iterator[str]:
    if len(kept) != requests * KEYED:
        yield f"{len(kept)} acts were acknowledged for {requests} requests of {KEYED}"
    cases = Case.objects.filter(process_key=REQUEST)
    if cases.count() != requests:
        yield f"{cases.count()} cases for {requests} requests"
    for case in cases.exclude(status="closed", outcome="granted"):
        yield f"case {case.number} is {case.status} {case.outcome!r}"


def _kept(kept: Iterable[Acknowledged]) -> Iterator[str]:
    """Every acknowledged key is one completion: by that person, of that task or start."""
    starts = dict(Case.objects.exclude(start_key="").values_list("start_key", "public_id"))
    rows = Completion.objects.exclude(idempotency_key="").select_related("task")
    done = Counter((row.actor, row.idempotency_key) for row in rows)
    tasks = {row.idempotency_key: row.task and row.task.public_id for row in rows}
    for one in kept:
        if (found := done[one.who, one.key]) != 1:
            yield f"{one.who} had an answer to {one.path}, and its key stands {found} times"
        elif "/tasks/" in one.path and f"/tasks/{tasks[one.key]}/" not in one.path:
            yield f"{one.who} had an answer to {one.path}, and its key stands at task {tasks[one.key]}"
        elif "/tasks/" not in one.path and one.answer["case"]["id"] != str(starts.get(one.key)):
            yield f"{one.who} was told of case {one.answer['case']}, and its key stands at another"


def _doubled() -> Iterator[str]:
    for case in Case.objects.filter(process_key=REQUEST).select_related("instance"):
        acts = list(
            Completion.objects.filter(instance=case.instance, kind="task")
            .order_by("version")
            .values_list("element", flat=True)
        )
        if acts != ACTS:
            yield f"case {case.number}: people did {acts}"
        papers = Counter(Document.objects.filter(case=case).values_list("kind", flat=True))
        # A page that was lost is sent again, and another signature makes another file.
        papers[SIGNED] = min(papers[SIGNED], 1)
        if papers != DOCUMENTS:
            yield f"case {case.number}: its documents are {dict(sorted(papers.items()))}"
        told = Counter(Message.objects.filter(case=case).values_list("kind", flat=True))
        if told != MESSAGES:
            yield f"case {case.number}: its messages are {dict(sorted(told.items()))}"
        grants = RoleGrant.objects.filter(case_number=case.number, user__person=case.subject_id).count()
        if grants != 1:
            yield f"case {case.number}: {grants} roles granted"
        users = User.objects.filter(person=case.subject_id).count()
        if users != 1:
            yield f"case {case.number}: {users} users of its person"
    known = Case.objects.values("number")
    for grant in RoleGrant.objects.exclude(case_number=SEED).exclude(case_number__in=known):
        yield f"a role was granted by case {grant.case_number!r}, which is not there"
    subjects = Case.objects.exclude(subject=None).values("subject").annotate(times=Count("id"))
    for row in subjects.filter(times__gt=1):
        yield f"{row['times']} cases are about person {row['subject']}"


def _unfinished() -> Iterator[str]:
    for incident in Incident.objects.filter(resolved_at=None):
        where = incident.element or (incident.wait.topic if incident.wait else incident.process)
        yield f"an incident at {where}: {incident.cause}"
    waiting = Wait.objects.filter(kind="job", wait_id="", status__in=["due", "incident"])
    # A digest that goes out tomorrow is not late, nor is the look at a message when its week is over.
    for job in waiting.exclude(topic__in=LATER, status="due", due_at__gt=clock.now()):
        yield f"job {job.pk} ({job.topic}) is {job.status} after {job.attempts} attempts"
    for task in Task.objects.filter(status="open"):
        yield f"task {task.pk} ({task.element}) is open"


def _said(command: str) -> Iterator[str]:
    out = io.StringIO()
    try:
        call_command(command, stdout=out)
    except CommandError as error:
        yield f"{command}: {error}"
        yield from out.getvalue().splitlines()[:10]
