"""Messages for whoever looks at their pages: one that was sent, a digest, the link in a mail."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from cases.models import Message, MessageDigest, MessageGroup
from cases.notifications.digests import digest_words
from cases.notifications.unsubscribing import unsubscribe_address
from engine import clock
from tests.access_request.conftest import actor
from tests.browser.stages import HEAD, Stages


def message(stages: Stages) -> str:
    """The decision as the head was told of it."""
    told = Message.objects.get(case=stages.granted.case, kind="access.decided")
    return reverse("message", args=[told.public_id])


def digest(stages: Stages) -> str:
    """Today's digest of the head's messages."""
    person = actor(HEAD).person_id
    told = Message.objects.filter(recipient=person, case=stages.granted.case).order_by("id")
    subject, text = digest_words(list(told), "lv")
    now = clock.now()
    kept, _new = MessageDigest.objects.get_or_create(
        recipient_id=person,
        day=now.date(),
        defaults={"language": "lv", "subject": subject, "text": text, "created_at": now, "sent_at": now},
    )
    return reverse("message_digest", args=[kept.public_id])


def unsubscribing(stages: Stages) -> str:
    """Where the head stops mails without signing in."""
    person = stages.granted.case.applicant.person  # type: ignore[union-attr]
    return unsubscribe_address(person, MessageGroup.CASES).removeprefix(str(settings.BASE_URL))
