"""The digest: one mail per person and day that gathers what could wait, sent at a set hour in Riga."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction

from cases import addresses
from cases.models import Delivery, Message, MessageDigest
from engine import jobs
from engine.handlers import HandlerContext, handler
from engine.models import Task
from registries.models import Person

from .mailing import language_of, send_mail
from .unsubscribing import DIGEST as ALL_GATHERED
from .unsubscribing import unsubscribe_address
from .wishes import digest_time, first_digest_day

DIGEST: Final = "notifications.digest"
SIGN: Final = {
    "lv": "Valsts izglītības informācijas sistēma (VIIS)",
    "en": "State Education Information System (VIIS)",
}


def lock_person(person_id: int) -> None:
    """Orders a message that goes into a digest and the digest that gathers them, until the commit."""
    Person.objects.select_for_update(no_key=True).get(pk=person_id)


def join_next_digest(person_id: int, *, now: datetime) -> None:
    """Ask for the digest that gathers what this person has waiting; the caller holds `lock_person`."""
    day = first_digest_day(now)
    made = set(
        MessageDigest.objects.filter(recipient_id=person_id, day__gte=day).values_list("day", flat=True)
    )
    while day in made:
        day += timedelta(days=1)
    jobs.enqueue(
        DIGEST,
        arguments={"person": person_id, "day": day.isoformat()},
        now=now,
        due_at=digest_time(day),
        natural_key=f"{DIGEST}:{person_id}:{day}",
    )


@handler(DIGEST, runs="job", repeat="keyed", title=("Dienas kopsavilkuma sūtīšana", "Sending a daily digest"))
def send_digest(context: HandlerContext) -> Mapping[str, object] | None:
    """Gathers and mails one person's digest of a day unless that was done; a repeat has the same words."""
    person, day = int(context.arguments["person"]), date.fromisoformat(context.arguments["day"])
    digest = _gathered(person, day, context.now)
    if digest.sent_at is None and digest.text and digest.recipient.email:
        send_mail(
            digest.recipient.email,
            digest.subject,
            digest.text,
            key=f"digest-{digest.public_id}",
            language=digest.language,
            unsubscribe=unsubscribe_address(digest.recipient, ALL_GATHERED),
        )
        with transaction.atomic():
            MessageDigest.objects.filter(pk=digest.pk).update(sent_at=context.now)
            Message.objects.filter(digest=digest, sent_at=None).update(sent_at=context.now)
    return None


@transaction.atomic
def _gathered(person_id: int, day: date, now: datetime) -> MessageDigest:
    """The digest with its words, made once: what was read or done meanwhile is not told again."""
    lock_person(person_id)
    made = MessageDigest.objects.select_related("recipient").filter(recipient=person_id, day=day).first()
    if made is not None:
        return made
    waiting = Message.objects.filter(recipient=person_id, delivery=Delivery.DIGEST, digest=None)
    found = list(waiting.select_related("task").order_by("id"))
    told = [message for message in found if _is_still_news(message)]
    recipient = Person.objects.get(pk=person_id)
    language = language_of(recipient)
    subject, text = digest_words(told, language) if told else ("", "")
    digest = MessageDigest.objects.create(
        recipient=recipient, day=day, language=language, subject=subject, text=text, created_at=now
    )
    Message.objects.filter(pk__in=[message.pk for message in told]).update(digest=digest)
    past = [message.pk for message in found if message not in told]
    Message.objects.filter(pk__in=past).update(delivery=Delivery.APP)
    return digest


def _is_still_news(message: Message) -> bool:
    return message.read_at is None and (message.task is None or message.task.status == Task.Status.OPEN)


def digest_words(messages: Sequence[Any], language: str) -> tuple[str, str]:
    """Subject and text of a digest of these messages, each with what is needed to act."""
    count = count_words(len(messages), language)
    listed = "\n\n".join(
        f"{number}. {message.subject}\n{message.text}" for number, message in enumerate(messages, start=1)
    )
    archive = addresses.of_messages()
    if language == "en":
        head = f"Hello,\n\nsince the last digest you have {count}."
        return f"VIIS: {count}", f"{head}\n\n{listed}\n\nAll messages: {archive}\n\n{SIGN['en']}\n"
    head = f"Labdien!\n\nKopš iepriekšējā kopsavilkuma jums ir {count}."
    return f"VIIS: {count}", f"{head}\n\n{listed}\n\nVisas ziņas: {archive}\n\n{SIGN['lv']}\n"


def count_words(number: int, language: str) -> str:
    """`1 jauna ziņa`, `2 jaunas ziņas`, `11 jaunas ziņas`, `21 jauna ziņa`; `1 new message`."""
    if language == "en":
        return f"{number} new {'message' if number == 1 else 'messages'}"
    is_one = number % 10 == 1 and number % 100 != 11
    return f"{number} {'jauna ziņa' if is_one else 'jaunas ziņas'}"
