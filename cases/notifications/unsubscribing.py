"""Links in mails that stop mails of a group without signing in; what is stopped stays in the application."""

from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from django.core import signing
from django.db import transaction

from accounts.actors import link_visitor
from cases import addresses, audit
from cases.models import Delivery, MessageGroup, MessagePreference
from registries.models import Person

from .wishes import CHOSEN

_SALT: Final = "cases.notifications.unsubscribing"
# The digest gathers several groups; its link stops them all.
DIGEST: Final = "digest"


@dataclass(frozen=True, slots=True)
class Subscription:
    """Whose mails of which groups a link is about."""

    person: Person
    groups: tuple[MessageGroup, ...]


def unsubscribe_address(person: Person, group: MessageGroup | Literal["digest"]) -> str:
    """Where a person stops the mails of a group, or of all that the digest gathers."""
    return addresses.of_unsubscribing(signing.dumps([str(person.public_id), str(group)], salt=_SALT))


def subscription_of(token: str) -> Subscription | None:
    """What a link is about; None for one that we did not make."""
    try:
        person, group = signing.loads(token, salt=_SALT)
        found = Person.objects.filter(public_id=UUID(person)).first()
        groups = CHOSEN if group == DIGEST else (MessageGroup(group),)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Subscription(found, groups) if found is not None else None


@transaction.atomic
def unsubscribe(subscription: Subscription) -> None:
    """No more mails of these groups; twice is as once."""
    _choose(subscription, Delivery.APP)


@transaction.atomic
def subscribe_again(subscription: Subscription) -> None:
    """The mails come again, gathered once a day."""
    _choose(subscription, Delivery.DIGEST)


def _choose(subscription: Subscription, delivery: Delivery) -> None:
    person, groups = subscription.person, subscription.groups
    for group in groups:
        MessagePreference.objects.update_or_create(
            person=person, group=group, defaults={"delivery": delivery}
        )
    wishes = {group.value: delivery.value for group in groups}
    audit.record_act(
        link_visitor(person, 0), "messages.preferred", f"person:{person.public_id}", {"groups": wishes}
    )
