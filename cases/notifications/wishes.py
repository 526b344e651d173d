"""How a message reaches its person: what they wish, else how urgent its kind is."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Final

from django.conf import settings

from accounts.models import User
from cases.models import Delivery, Message, MessageGroup, MessagePreference

from .kinds import MESSAGE_KINDS, RIGA, Urgency

# What nobody may switch off: without it a person misses a deadline of appeal, or cannot come in at all.
FIXED: Final = frozenset({MessageGroup.DECISIONS, MessageGroup.ACCESS})
CHOSEN: Final = tuple(group for group in MessageGroup if group not in FIXED)


def wishes_of(person_id: int) -> Mapping[MessageGroup, Delivery]:
    """What a person has chosen, by group; nothing for what they have not."""
    rows = MessagePreference.objects.filter(person_id=person_id).values_list("group", "delivery")
    return {MessageGroup(group): Delivery(delivery) for group, delivery in rows}


def delivery_of(message: Message, *, now: datetime) -> Delivery:
    """How this message goes to its person."""
    kind = MESSAGE_KINDS[message.kind]
    if kind.group in FIXED or not can_sign_in(message.recipient_id):
        return Delivery.AT_ONCE
    wish = wishes_of(message.recipient_id).get(kind.group, Delivery.DIGEST)
    due_today = kind.urgency is Urgency.DUE_TODAY and _is_due_by(message, day_of(now))
    cannot_wait = kind.urgency is Urgency.URGENT or due_today
    return Delivery.AT_ONCE if wish is Delivery.DIGEST and cannot_wait else wish


def default_delivery(group: MessageGroup) -> Delivery:
    """What a group does for who has chosen nothing."""
    return Delivery.AT_ONCE if group in FIXED else Delivery.DIGEST


def day_of(moment: datetime) -> date:
    """The day in Riga."""
    return moment.astimezone(RIGA).date()


def digest_time(day: date) -> datetime:
    """When the digest of a day goes out."""
    return datetime.combine(day, time(settings.DIGEST_HOUR), tzinfo=RIGA)


def first_digest_day(now: datetime) -> date:
    """The day whose digest comes next."""
    today = day_of(now)
    return today if digest_time(today) > now else today + timedelta(days=1)


def can_sign_in(person_id: int) -> bool:
    """Whether the person could find the message in the application."""
    user = User.objects.filter(person_id=person_id, is_active=True).first()
    return user is not None and user.has_usable_password()


def _is_due_by(message: Message, day: date) -> bool:
    task = message.task
    return task is not None and task.due_at is not None and day_of(task.due_at) <= day
