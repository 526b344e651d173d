"""Writes messages and sends them: a row and a job in the step's transaction, the mail later."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from cases.models import Delivery, Message
from engine import jobs
from engine.handlers import HandlerContext, handler
from engine.models import Task
from registries.text import fold

from .digests import join_next_digest, lock_person
from .kinds import MESSAGE_KINDS, MessageContext, context_of, core, said
from .mailing import language_of, send_mail
from .unsubscribing import unsubscribe_address
from .wishes import FIXED, can_sign_in, delivery_of

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


@dataclass(frozen=True, slots=True)
class New:
    """A message about a task that has just opened, which nobody can have been sent before."""

    case_id: int
    kind: str
    recipient_id: int
    natural_key: str
    task_id: int


def notify_many(asked: Iterable[New], *, now: datetime) -> None:
    """The messages to people with accounts, with the jobs that mail them, in the caller's transaction."""
    messages = Message.objects.bulk_create(
        Message(
            case_id=one.case_id,
            task_id=one.task_id,
            recipient_id=one.recipient_id,
            kind=one.kind,
            natural_key=one.natural_key[:100],
            created_at=now,
        )
        for one in asked
    )
    mails = ((f"{MAIL}:{message.pk}", {"message": message.pk}) for message in messages)
    jobs.enqueue_many(MAIL, mails, now=now)


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


@handler(MAIL, runs="job", repeat="keyed", title=("E-pasta sūtīšana", "Sending an e-mail"))
def send_message(context: HandlerContext) -> Mapping[str, object] | None:
    """Delivers one message unless that was done; the mail's id lets a mail server drop a repeat."""
    message = _prepared(int(context.arguments["message"]), context.now)
    if message.delivery == Delivery.AT_ONCE and message.sent_at is None:
        _mail(message)
        Message.objects.filter(pk=message.pk, sent_at=None).update(sent_at=context.now)
    return None


@transaction.atomic
def _prepared(message_id: int, now: datetime) -> Message:
    """The message after it was decided how it goes; its words are kept, so that a repeat is the same."""
    messages = Message.objects.select_related("recipient", "case__organisation", "case__instance", "task")
    lock_person(Message.objects.values_list("recipient_id", flat=True).get(pk=message_id))
    message = messages.get(pk=message_id)
    if message.delivery:
        return message
    delivery = delivery_of(message, now=now)
    language = language_of(message.recipient)
    says = said if delivery is Delivery.AT_ONCE else core
    keep_words(message, *says(context_of(message), language), language=language, delivery=delivery)
    if delivery is Delivery.DIGEST:
        join_next_digest(message.recipient_id, now=now)
    return message


def keep_words(message: Message, subject: str, text: str, *, language: str, delivery: Delivery) -> None:
    """Keeps the words of a message as they are sent, and how; of secret addresses nothing is kept."""
    message.delivery, message.language = delivery, language
    message.subject, message.text = " ".join(subject.split())[:300], text
    message.search_key = fold(f"{message.subject} {text}")
    message.save(update_fields=["delivery", "language", "subject", "text", "search_key"])


def _mail(message: Message) -> None:
    if not message.recipient.email or not message.text:
        return
    group = MESSAGE_KINDS[message.kind].group
    # Who has no account chooses nothing: all that they get, they need.
    has_choice = group not in FIXED and can_sign_in(message.recipient_id)
    send_mail(
        message.recipient.email,
        message.subject,
        message.text,
        key=f"message-{message.public_id}",
        language=message.language,
        unsubscribe=unsubscribe_address(message.recipient, group) if has_choice else "",
    )


def deliver(context: MessageContext, *, key: str, to: str = "") -> bool:
    """Mails words with a secret in them; False for somebody without an address."""
    address = to or context.recipient.email
    if not address:
        return False
    language = language_of(context.recipient)
    subject, body = said(context, language)
    send_mail(address, subject, body, key=key, language=language)
    return True


def keep_without_secret(message: Message) -> None:
    """Keeps the words of a message whose mail carries a secret: the same ones without it."""
    language = language_of(message.recipient)
    subject, text = said(context_of(message), language)
    keep_words(message, subject, text, language=language, delivery=Delivery.AT_ONCE)
