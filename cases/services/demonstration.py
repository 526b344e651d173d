"""For the demonstration alone: what is outside of the product, a tool that signs and a calendar of rooms."""

from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings

from accounts.actors import Actor, actor_of
from cases.documents import UploadRefused, newest
from cases.errors import NotFound
from cases.models import Case, Signature
from cases.services.start import start_case
from cases.services.tasks import complete_task
from engine.models import Task
from registries.models import Employment
from registries.queries import person

SAMPLE: Final = "sample_event"
HEAD: Final = "ilze.piemere"
# The yard is in no calendar: booking it fails whatever the calendar does.
EVENTS: Final = (
    ("Zinību diena", "pagalms", ("zale", "sporta_zale")),
    ("Ražas svētki", "pagalms", ("sporta_zale",)),
    ("Lasītāju pēcpusdiena", "biblioteka", ("zale", "biblioteka")),
)


def signed(case: Case, task: Task | None, kind: str, actor: Actor, *, now: datetime) -> tuple[str, bytes]:
    """The name and bytes of the case's newest paper of this kind, signed with the actor's key.

    Asked again for the same task it is the same file. NotFound outside the demonstration, UploadRefused
    while there is no paper.
    """
    signer = person(actor.person_id or 0)
    if not getattr(settings, "DEMO", False) or signer is None:
        raise NotFound
    paper = newest(case, kind)
    if paper is None:
        raise UploadRefused("signature_no_paper")
    before = Signature.objects.select_related("document__blob").filter(
        document__task=task, person=signer, paper__blob=paper.blob_id
    )
    if (given := before.first()) is not None:
        return given.document.file_name, bytes(given.document.blob.content)
    from cases.signatures.demonstration import sign_paper

    stem, _, _ending = paper.file_name.rpartition(".")
    return f"{stem}-parakstits.pdf", sign_paper(bytes(paper.blob.content), signer, now=now)


def begin_events() -> tuple[str, ...]:
    """Begin a case of the sample process for each event; their numbers."""
    leads = Employment.objects.select_related("organisation", "person__user__person").filter(is_head=True)
    led = leads.filter(person__user__username=HEAD).latest("id")
    head = actor_of(led.person.user, "page")
    numbers = []
    for title, place, rooms in EVENTS:
        started = start_case(SAMPLE, user=head, organisation=led.organisation)
        if started.task is not None:
            answers = {"title": title, "place": place, "rooms": list(rooms)}
            complete_task(started.task.public_id, user=head, answers=answers)
        numbers.append(started.case.number)
    return tuple(numbers)


def calendar_answers() -> bool:
    """Whether the calendar of rooms, in which the sample process books, answers now."""
    return not _silent().exists()


def let_calendar_answer(answers: bool) -> None:
    """Let the calendar of rooms answer, or be away. NotFound outside the demonstration."""
    if not getattr(settings, "DEMO", False):
        raise NotFound
    if answers:
        _silent().unlink(missing_ok=True)
    else:
        _silent().parent.mkdir(parents=True, exist_ok=True)
        _silent().touch()


def _silent() -> Path:
    # A file, for the pages and the worker are different programs on one machine.
    return Path(settings.VAR_DIR) / "calendar-of-rooms-is-away"
