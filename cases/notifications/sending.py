"""Writes messages and sends them: a row and a job in the step's transaction, the mail later."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from accounts.models import User
from cases.models import Message
from engine import jobs
from engine.handlers import HandlerContext, handler
from engine.models import Task
from registries.models import Person

from .kinds import MESSAGE_KINDS, MessageContext, said

MAIL: Final = "notifications.mail"
# Who has no account gets every mail about a task with a fresh link in it (cases.links).
LINK: Final = "links.invite"


def notify(
    case_id: int | None,
    *,
    kind: str,
    recipient_id: int,
    natural_key: str,
    now: datetime,
    task_id: int | None = None,
) -> Message:
    """The message, with the job that mails it, in one transaction (the caller's); once per natural key.

    KeyError for a kind without words.
    """
    # A job's handler runs outside a transaction: the row must not stand without the job that mails it.
    with transaction.atomic(savepoint=False):
        message, is_new = write(
            case_id, kind=kind, recipient_id=recipient_id, natural_key=natural_key, now=now, task_id=task_id
        )
        if is_new and task_id is not None and _is_for_link(task_id):
            arguments = {"task": task_id, "message": message.pk}
            jobs.enqueue(LINK, arguments=arguments, now=now, natural_key=f"{LINK}:message:{message.pk}")
        elif is_new:
            key = f"{MAIL}:{message.pk}"
            jobs.enqueue(MAIL, arguments={"message": message.pk}, now=now, natural_key=key)
    return message


def _is_for_link(task_id: int) -> bool:
    return Task.objects.filter(pk=task_id, assignee__startswith="person:").exists()


def write(
    case_id: int | None,
    *,
    kind: str,
    recipient_id: int,
    natural_key: str,
    now: datetime,
    task_id: int | None = None,
) -> tuple[Message, bool]:
    """The row alone, and whether it is new; for mails with a secret, which their maker sends."""
    MESSAGE_KINDS[kind]
    return Message.objects.get_or_create(
        natural_key=natural_key[:100],
        defaults={
            "case_id": case_id,
            "task_id": task_id,
            "recipient_id": recipient_id,
            "kind": kind,
            "created_at": now,
        },
    )


@handler(MAIL, runs="job", repeat="keyed")
def send_message(context: HandlerContext) -> Mapping[str, object] | None:
    """Mails one message unless that was done; the mail's id lets a mail server drop a repeat."""
    message = Message.objects.select_related("recipient", "case__organisation", "case__instance", "task").get(
        pk=context.arguments["message"]
    )
    if message.sent_at is None:
        deliver(
            MessageContext(
                kind=message.kind,
                recipient=message.recipient,
                case=message.case,
                task=message.task,
                at=message.created_at,
            ),
            key=f"message-{message.public_id}",
        )
        Message.objects.filter(pk=message.pk, sent_at=None).update(sent_at=context.now)
    return None


def deliver(context: MessageContext, *, key: str, to: str = "") -> bool:
    """Hands the mail to the mail backend; False for somebody without an address, who sees it on the page."""
    address = to or context.recipient.email
    if not address:
        return False
    subject, body = said(context, language_of(context.recipient))
    host = settings.BASE_URL.split("//", 1)[-1].split("/", 1)[0].split(":", 1)[0]
    mail = EmailMessage(
        subject=" ".join(subject.split()), body=body, to=[address], headers={"Message-ID": f"<{key}@{host}>"}
    )
    mail.send()
    return True


def language_of(person: Person) -> str:
    """The language that the person chose as a user, else Latvian."""
    chosen = User.objects.filter(person=person).values_list("language", flat=True).first()
    return chosen or "lv"
