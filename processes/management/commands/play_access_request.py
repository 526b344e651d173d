"""Runs one access request through by the services that people use; a run that was cut off goes on."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core import mail
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actors import Actor, actor_of
from accounts.models import User
from cases.errors import CaseError
from cases.links import LinkRefused, link_of, open_link, send_again
from cases.models import Case, Document
from cases.services import demonstration
from cases.services.start import start_case
from cases.services.tasks import complete_task
from cases.services.uploads import attach_document
from engine import clock, jobs
from engine.models import Incident, ProcessInstance, Task
from registries.models import Employment, Organisation, Person
from registries.queries import current_code, employees

HEAD: Final = "ilze.piemere"
OFFICER: Final = "karlis.paraugs"
# Whoever looks at the demonstration is asked to apply for this teacher: he is left to them.
LEFT_ALONE: Final = ("Jānis", "Paraugs")
PROCESS: Final = "access_request"
SIGNED: Final = {"accept_commitment": "access.commitment", "confirm_request": "access.application"}
MOST_STEPS: Final = 20
PATIENCE_SECONDS: Final = 60.0
MAIL_SECONDS: Final = 15.0
_LINK = re.compile(r"/saite/([\w-]+)/")


class Command(BaseCommand):
    """One access request on the demonstration's people: asked, accepted by link, confirmed, granted."""

    help = "Run one access request through, from the head's request to the ministry's letter."

    def add_arguments(self, parser: CommandParser) -> None:
        """None of its own."""

    def handle(self, *_arguments: Any, **options: Any) -> None:
        """One line per step; CommandError if the request does not come to its end."""
        try:
            for line in play():
                if options["verbosity"] > 0:
                    self.stdout.write(line)
        except CaseError as refused:
            raise CommandError(f"The access request was refused: {refused}") from refused


def play() -> Iterator[str]:
    """Walk the request to its end, saying each step; CommandError if it cannot get there."""
    if User.objects.filter(username__in=(HEAD, OFFICER), is_active=False).exists():
        yield "The demonstration's people have moved on: their access has ended, and nothing is played again."
        return
    head = _user(HEAD)
    leads = Employment.objects.filter(person__user__username=HEAD, is_head=True).latest("id")
    organisation = leads.organisation
    teacher = _teacher(organisation)
    key = f"play-{PROCESS}-{teacher.public_id}"
    started = start_case(PROCESS, user=head, organisation=organisation, idempotency_key=key)
    case = started.case
    if not started.replayed:
        yield f"{case.number}: {head.display} asks for access for {teacher}."
    for _ in range(MOST_STEPS):
        task = _next_task(case)
        if task is None:
            yield _ending(case)
            return
        yield _do(task, case, teacher)
    raise CommandError(f"{case.number} did not come to its end in {MOST_STEPS} steps.")


def _user(username: str) -> Actor:
    user = User.objects.select_related("person").filter(username=username).first()
    if user is None:
        raise CommandError(f"There is no user {username}: run `python3 manage.py seed` first.")
    return actor_of(user, "page")


def _teacher(organisation: Organisation) -> Person:
    """The first employee by name who is neither the head nor left alone; the same one on every start."""
    today = clock.now().date()
    for work in employees(organisation, today):
        name = (work.person.given_name, work.person.family_name)
        if not work.is_head and name != LEFT_ALONE and current_code(work.person):
            return work.person
    raise CommandError("The demonstration's teachers are missing: run `python3 manage.py seed` first.")


def _next_task(case: Case) -> Task | None:
    """The open task, once the jobs before it are done; None when the process has ended."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        jobs.run_due("play", until_empty=True)
        incident = Incident.objects.filter(instance_id=case.instance_id, resolved_at=None).first()
        if incident is not None:
            raise CommandError(f"{case.number} has an incident: {incident.cause}.")
        task = Task.objects.filter(instance_id=case.instance_id, status=Task.Status.OPEN).first()
        if task is not None:
            return task
        status = ProcessInstance.objects.values_list("status", flat=True).get(pk=case.instance_id)
        if status != ProcessInstance.Status.RUNNING:
            return None
        # Another worker holds the job that comes next.
        time.sleep(0.1)
    raise CommandError(f"{case.number} still waits for a job after {PATIENCE_SECONDS:.0f} seconds.")


def _do(task: Task, case: Case, teacher: Person) -> str:
    match task.element:
        case "fill_request":
            complete_task(task.public_id, user=_user(HEAD), answers=_request(teacher))
            return f"{case.number}: the registers agree; {teacher} gets a link by mail."
        case "accept_commitment":
            visitor = _visitor(task, teacher)
            consents = dict.fromkeys(("only_duties", "keep_secret", "own_account", "report"), True)
            complete_task(task.public_id, user=visitor, answers=consents | _signed(task, case, visitor))
            return f"{case.number}: {teacher} opens the link and signs the commitment."
        case "confirm_request":
            answers = {"is_employee": True, **_signed(task, case, _user(HEAD))}
            complete_task(task.public_id, user=_user(HEAD), answers=answers)
            return f"{case.number}: {_user(HEAD).display} signs the application."
        case "decide":
            complete_task(task.public_id, user=_user(OFFICER), answers={"decision": "grant"})
            return f"{case.number}: {_user(OFFICER).display} at the ministry grants it."
    raise CommandError(f"{case.number} waits for somebody at “{task.element}”; finish it on the page.")


def _signed(task: Task, case: Case, signer: Actor) -> dict[str, str]:
    """The answers of whoever signs their paper with the demonstration's key and brings it back."""
    kind = SIGNED[task.element]
    name, content = demonstration.signed(case, task, kind, signer, now=clock.now())
    given = attach_document(task.public_id, user=signer, field="file", name=name, content=content)
    return {"how": "sign", "file": str(given.public_id)}


def _request(teacher: Person) -> dict[str, Any]:
    return {
        "kind": "grant",
        "person": str(teacher.public_id),
        "email": teacher.email or "skolotajs@example.lv",
        "roles": ["institution_user"],
        "reason": "Ievada skolēnu datus savai klasei un kārto žurnālu.",
    }


def _visitor(task: Task, teacher: Person) -> Actor:
    """The teacher by the newest link that was mailed; a mail that does not come is sent again once."""
    for patience in (MAIL_SECONDS, PATIENCE_SECONDS):
        until = time.monotonic() + patience
        while time.monotonic() < until:
            jobs.run_due("play", until_empty=True)
            token = next((one for one in _mailed_tokens() if _opens(one, task)), None)
            if token is not None:
                return open_link(token, code_tail=current_code(teacher)[-5:])
            time.sleep(0.1)
        send_again(task, now=clock.now())
    raise CommandError("The mail with the link did not arrive; see the jobs page for the reason.")


def _opens(token: str, task: Task) -> bool:
    try:
        return link_of(token).task_id == task.pk
    except LinkRefused:
        return False


def _mailed_tokens() -> list[str]:
    """The tokens in the newest mails, newest first: from the folder of the file backend, or from memory."""
    folder = getattr(settings, "EMAIL_FILE_PATH", None)
    if settings.EMAIL_BACKEND.endswith("filebased.EmailBackend") and folder and Path(folder).is_dir():
        files = sorted(Path(folder).glob("*.log"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
        texts = [file.read_text(encoding="utf-8", errors="replace") for file in files[:20]]
    else:
        texts = [str(message.body) for message in reversed(getattr(mail, "outbox", []))]
    # Soft line breaks of quoted-printable would cut a token in two.
    return [found for text in texts for found in _LINK.findall(text.replace("=\n", ""))]


def _ending(case: Case) -> str:
    case = Case.objects.get(pk=case.pk)
    letter = Document.objects.filter(case=case, kind="access.decision").first()
    if case.outcome != "granted" or letter is None:
        raise CommandError(
            f"{case.number} ended as “{case.outcome or case.status}”, not granted with a letter."
        )
    return f"{case.number}: granted; the letter {letter.file_name} is in the case."
