"""One-time links: a person without an account opens one task, bound to them by the end of their code."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import ClassVar, Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor, link_visitor
from cases import addresses, audit
from cases.errors import CaseError
from cases.models import Case, Message, TaskLink
from cases.notifications import MessageContext, deliver, keep_without_secret, notify
from engine import clock
from engine.events import StepResult
from engine.handlers import HandlerContext, handler
from engine.models import Task
from registries.models import Person, PersonCode

INVITE: Final = "links.invite"
# Of a link to a task that has no due date, or is late already.
LINK_LASTS: Final = timedelta(days=21)
MOST_TRIES: Final = 5
TAIL: Final = 5
PERSON: Final = "person:"
RIGA: Final = ZoneInfo("Europe/Riga")


class LinkFault(TextChoices):
    """Why a link does not open."""

    UNKNOWN = "unknown", _("This link is not known. Copy the whole address from the e-mail.")
    EXPIRED = "expired", _("This link has expired.")
    REPLACED = "replaced", _("A newer link was sent. Open the one in the latest e-mail.")
    CLOSED = "closed", _("What this link was for has been done, or is no longer needed.")
    TOO_MANY_TRIES = "too_many_tries", _("The code was wrong five times, so this link is closed.")
    WRONG_CODE = "wrong_code", _("These are not the last five characters of the personal code.")
    INCOMPLETE = "incomplete", _("Enter the last five characters of your personal code.")


class LinkRefused(CaseError):
    """The link does not open; `reason` has the words, `tries_left` counts after a wrong code.

    `link` is the one that was found: who has its secret may know what its mail said.
    """

    status = 403
    code: ClassVar[str] = "link_refused"
    words: ClassVar[str | Promise] = _("The link does not open.")

    def __init__(self, fault: LinkFault, tries_left: int = 0, link: TaskLink | None = None) -> None:
        self.fault = fault
        self.reason = fault.label
        self.tries_left = tries_left
        self.link = link
        super().__init__(fault.value)

    @property
    def message(self) -> str | Promise:
        """Why."""
        return self.reason


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link with its secret, which is kept nowhere else."""

    link: TaskLink
    token: str

    @property
    def address(self) -> str:
        """The whole address for the mail."""
        return addresses.of_link(self.token)


@transaction.atomic
def make_link(task: Task, person: Person, *, now: datetime) -> NewLink:
    """A fresh link to the task for the person; every earlier one for it stops working."""
    task = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
    TaskLink.objects.filter(task=task, person=person, voided_at=None).update(voided_at=now)
    token = secrets.token_urlsafe(32)
    link = TaskLink.objects.create(
        task=task, person=person, digest=digest_of(token), created_at=now, expires_at=_ends(task, now)
    )
    return NewLink(link, token)


def _ends(task: Task, now: datetime) -> datetime:
    return task.due_at if task.due_at is not None and task.due_at > now else now + LINK_LASTS


def works_until(link: TaskLink) -> datetime:
    """When the link stops working: with the due date of its task, wherever that has moved to."""
    return max(link.expires_at, link.task.due_at or link.expires_at)


def link_of(raw_token: str, *, now: datetime | None = None) -> TaskLink:
    """The link while it can be opened, for the page that asks for the code; LinkRefused."""
    found = TaskLink.objects.select_related("task").filter(digest=digest_of(raw_token)).first()
    return _open(found, now or clock.now())


def open_link(raw_token: str, *, code_tail: str, now: datetime | None = None) -> Actor:
    """The visitor, who may do this one task; LinkRefused.

    A wrong code is counted although it is refused; too few characters cannot be a guess.
    """
    moment = now or clock.now()
    with transaction.atomic():
        rows = TaskLink.objects.select_related("task", "person").select_for_update(of=("self",))
        link = _open(rows.filter(digest=digest_of(raw_token)).first(), moment)
        if len(_tail(code_tail)) < TAIL:
            raise LinkRefused(LinkFault.INCOMPLETE, MOST_TRIES - link.tries, link)
        is_right = _is_tail(link.person_id, code_tail)
        if is_right:
            link.opened_at = link.opened_at or moment
        else:
            link.tries += 1
        link.save(update_fields=["opened_at", "tries"])
    visitor = link_visitor(link.person, link.task_id)
    audit.record_link_opened(visitor, f"task:{link.task.public_id}", opened=is_right)
    if not is_right:
        left = MOST_TRIES - link.tries
        raise LinkRefused(LinkFault.WRONG_CODE if left else LinkFault.TOO_MANY_TRIES, left, link)
    return visitor


def _open(link: TaskLink | None, now: datetime) -> TaskLink:
    if link is None:
        raise LinkRefused(LinkFault.UNKNOWN)
    fault = fault_of(link, now)
    if fault is not None:
        raise LinkRefused(fault, link=link)
    return link


def fault_of(link: TaskLink, now: datetime) -> LinkFault | None:
    """Why a link that exists does not open; None if it does."""
    if link.task.status != Task.Status.OPEN:
        return LinkFault.CLOSED
    if link.voided_at is not None:
        return LinkFault.REPLACED
    if link.tries >= MOST_TRIES:
        return LinkFault.TOO_MANY_TRIES
    return LinkFault.EXPIRED if works_until(link) <= now else None


def _tail(typed: str) -> str:
    return "".join(letter for letter in typed if letter.isascii() and letter.isalnum())[-TAIL:]


def _is_tail(person_id: int, typed: str) -> bool:
    tail = _tail(typed)
    codes = PersonCode.objects.filter(person_id=person_id).values_list("code", flat=True)
    matches = [secrets.compare_digest(code[-TAIL:].encode(), tail.encode()) for code in codes]
    return any(matches)


def digest_of(token: str) -> str:
    """What is kept of a token."""
    return sha256(token.encode()).hexdigest()


@handler(INVITE, runs="job", repeat="safe", title=("Vienreizējās saites sūtīšana", "Sending a one-time link"))
def send_link(context: HandlerContext) -> Mapping[str, object] | None:
    """Makes a link and mails it to the person of the task, unless the task was closed in the meantime."""
    task = Task.objects.filter(pk=context.arguments["task"], status=Task.Status.OPEN).first()
    message = Message.objects.select_related("recipient", "case__organisation", "case__instance").get(
        pk=context.arguments["message"]
    )
    if task is None or message.sent_at is not None:
        return None
    if not message.delivery:
        keep_without_secret(message)
    new = make_link(task, message.recipient, now=context.now)
    words = MessageContext(
        kind=message.kind,
        recipient=message.recipient,
        case=message.case,
        task=task,
        at=message.created_at,
        address=new.address,
        until=works_until(new.link).astimezone(RIGA),
    )
    if deliver(words, key=f"link-{new.link.pk}"):
        Message.objects.filter(pk=message.pk).update(sent_at=context.now)
    return None


def send_again(task: Task, *, now: datetime) -> None:
    """Asks for a fresh link by mail, in the caller's transaction; once a minute is enough."""
    _ask(task.pk, task.instance_id, task.assignee, key=f"{INVITE}:{task.pk}:{now:%Y%m%d%H%M}", now=now)


def is_for_link(assignee: str) -> bool:
    """Whether a task with this assignee is done by a person through a link."""
    return assignee.startswith(PERSON)


def invite_to_opened(step: StepResult) -> None:
    """Every task that opens for a person by their register id brings them a link."""
    for task in step.opened:
        if is_for_link(task.assignee):
            _ask(task.id, step.instance.id, task.assignee, key=f"{INVITE}:{task.id}", now=step.now)


def _ask(task_id: int, instance_id: int, assignee: str, *, key: str, now: datetime) -> None:
    notify(
        Case.objects.values_list("pk", flat=True).get(instance_id=instance_id),
        kind=INVITE,
        recipient_id=int(assignee.removeprefix(PERSON)),
        task_id=task_id,
        natural_key=key,
        now=now,
    )
