"""What a person does with their messages: reads them, chooses how they come; and erasing their words."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.actors import Actor
from accounts.models import User
from accounts.scope import scope_of
from accounts.services import choose_language
from cases import audit
from cases.errors import NotAllowed, Reason
from cases.models import Delivery, Message, MessageDigest, MessageGroup, MessagePreference
from cases.notifications.wishes import FIXED
from cases.queries.messages import own_message
from engine import clock


def set_read(public_id: UUID, *, user: Actor, read: bool = True) -> None:
    """Marks one's own message as read or unread; NotFound for another's."""
    now = clock.now()
    message = own_message(scope_of(user, at=now), public_id)
    if (message.read_at is not None) == read:
        return
    Message.objects.filter(pk=message.pk).update(read_at=now if read else None)
    audit.record_act(user, "message.read" if read else "message.unread", f"message:{public_id}", {})


def read_all(*, user: Actor) -> int:
    """Marks all of one's messages as read; how many were not."""
    if user.person_id is None or user.channel == "link":
        return 0
    now: datetime = clock.now()
    count = Message.objects.filter(recipient_id=user.person_id, read_at=None).update(read_at=now)
    if count:
        audit.record_act(user, "message.read_all", "messages", {"count": count})
    return count


@transaction.atomic
def choose_delivery(
    wishes: Mapping[MessageGroup, Delivery], *, user: Actor, language: str | None = None
) -> None:
    """How one's messages come from now on; NotAllowed for a group that nobody may switch off."""
    if user.person_id is None or user.user_id is None or not FIXED.isdisjoint(wishes):
        raise NotAllowed(Reason.NOT_CHOOSABLE)
    for group, delivery in wishes.items():
        MessagePreference.objects.update_or_create(
            person_id=user.person_id, group=group, defaults={"delivery": delivery}
        )
    if language in ("lv", "en"):
        choose_language(User.objects.get(pk=user.user_id), language)
    fields = {"groups": {group.value: delivery.value for group, delivery in wishes.items()}}
    if language:
        fields["language"] = {"mail": language}
    audit.record_act(user, "messages.preferred", f"person:{user.person_id}", fields)


@transaction.atomic
def erase_words(person_id: int) -> int:
    """Forgets the words of every message and digest to a person; how many. That they were sent stays."""
    empty = {"subject": "", "text": ""}
    # What was not yet delivered would be written anew from its case.
    Message.objects.filter(recipient_id=person_id, delivery="").update(delivery=Delivery.APP)
    digests = MessageDigest.objects.filter(recipient_id=person_id).update(**empty)
    messages = Message.objects.filter(recipient_id=person_id).update(search_key="", **empty)
    return digests + messages
