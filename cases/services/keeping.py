"""Keeps what somebody typed whose session had ended, until they come back: for a day, for nobody else."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.db.models import QuerySet

from accounts.actors import Actor
from cases.models import KeptText
from engine import clock
from engine.models import Task

LASTS: Final = timedelta(days=1)
# As long as a session can last, and the time to type on in a page that was opened at its end.
SEAL_SECONDS: Final = 10 * 60 * 60
LARGEST: Final = 200_000
_SALT: Final = "cases.keeping"
Fields = Sequence[tuple[str, str]]


def seal_of(actor: Actor, task_public_id: UUID) -> str:
    """Who opened a page of a task, signed: it lets this person's text be kept, and no more."""
    return signing.dumps([actor.name, str(task_public_id)], salt=_SALT)


def seal_of_many(actor: Actor, page: str) -> str:
    """The same for a page about many tasks, by the page's name."""
    return signing.dumps([actor.name, page], salt=_SALT)


def keep(seal: str, task_public_id: UUID, *, page: str, fields: Fields) -> str:
    """Keep the fields for whom the seal names; their name as an actor, or nothing if it does not hold."""
    return _keep(seal, str(task_public_id), [task_public_id], page, fields)


def keep_many(seal: str, tasks: Sequence[UUID], *, page: str, fields: Fields) -> str:
    """The same of a page about many tasks; with the first that is still open, and only what came last."""
    return _keep(seal, page, tasks, page, fields, once=True)


@transaction.atomic
def _keep(
    seal: str, about: str, tasks: Sequence[UUID], page: str, fields: Fields, *, once: bool = False
) -> str:
    try:
        owner, sealed = signing.loads(seal, salt=_SALT, max_age=SEAL_SECONDS)
    except (signing.BadSignature, ValueError):
        return ""
    task = Task.objects.filter(public_id__in=tasks, status=Task.Status.OPEN).order_by("id").first()
    if sealed != about or task is None:
        return ""
    if sum(len(name) + len(value) for name, value in fields) > LARGEST:
        return ""
    now = clock.now()
    KeptText.objects.filter(kept_at__lt=now - LASTS).delete()
    if once:
        KeptText.objects.filter(owner=owner, page=page).delete()
    told = {"fields": [list(pair) for pair in fields], "kept_at": now}
    KeptText.objects.update_or_create(owner=owner, task=task, page=page, defaults=told)
    return str(owner)


def kept(actor: Actor, task_public_id: UUID, *, page: str) -> Fields:
    """What this person typed in this page of the task when their session had ended; empty if nothing."""
    return _newest(KeptText.objects.filter(owner=actor.name, task__public_id=task_public_id, page=page))


def kept_many(actor: Actor, *, page: str) -> Fields:
    """The same of a page about many tasks."""
    return _newest(KeptText.objects.filter(owner=actor.name, page=page))


def _newest(found: QuerySet[KeptText]) -> Fields:
    row = found.filter(kept_at__gte=clock.now() - LASTS).order_by("-kept_at").first()
    return [(str(name), str(value)) for name, value in row.fields] if row else ()


def forget(actor: Actor, task_public_id: UUID, *, page: str) -> None:
    """It was sent or saved: nothing is kept beside that."""
    KeptText.objects.filter(owner=actor.name, task__public_id=task_public_id, page=page).delete()


def forget_many(actor: Actor, *, page: str) -> None:
    """The same of a page about many tasks."""
    KeptText.objects.filter(owner=actor.name, page=page).delete()
