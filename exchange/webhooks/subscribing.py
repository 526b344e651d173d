"""What people do to subscriptions: make, change, pause, rotate the secret, test, send again, end."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from accounts.actors import Actor
from accounts.models import User
from accounts.scope import Scope, scope_of
from cases import audit
from cases.errors import CaseError, NotAllowed, NotFound
from engine import clock
from exchange import permissions
from exchange.errors import WRONG, SubscriptionChanged, SubscriptionInvalid, SubscriptionStopped
from exchange.models import WebhookDelivery, WebhookEvent, WebhookSubscription
from exchange.webhooks import audience, delivering, guard, signing
from exchange.webhooks.kinds import PING, TYPES
from registries.models import Organisation

MOST_AT_ONCE = 1000
Status = WebhookDelivery.Status
Stop = WebhookSubscription.Stop


@dataclass(frozen=True, slots=True)
class Wish:
    """What a subscription should be: `organisation` is whose cases, none for all."""

    name: str
    address: str
    types: tuple[str, ...]
    organisation: Organisation | None = None


@dataclass(frozen=True, slots=True)
class WithSecret:
    """A subscription with its new secret, which is shown this once and kept sealed."""

    row: WebhookSubscription
    secret: str


def subscribe(wish: Wish, *, user: Actor) -> WithSecret:
    """A new subscription. NotAllowed, SubscriptionInvalid."""
    with _refusals(user, "webhook.create", "webhook:new"):
        now = clock.now()
        where = wish.organisation.pk if wish.organisation else None
        _refuse(scope_of(user, at=now), where)
        _check(wish)
        secret = signing.new_secret()
        with transaction.atomic():
            row = WebhookSubscription.objects.create(
                organisation=wish.organisation,
                name=wish.name.strip(),
                address=wish.address,
                types=_ordered(wish.types),
                secret=signing.seal(secret),
                created_by=User.objects.get(username=user.name),
                created_at=now,
            )
            _record(row, user, "webhook.created", {"types": row.types})
            audience.changed()
        return WithSecret(row, secret)


def change(
    public_id: UUID, wish: Wish, *, user: Actor, paused: bool, version: int | None = None
) -> WebhookSubscription:
    """Its name, address and types anew, paused or not. NotFound, SubscriptionInvalid, SubscriptionChanged."""
    with _refusals(user, "webhook.change", f"webhook:{public_id}"), transaction.atomic():
        row = _locked(public_id, user)
        if version is not None and version != row.version:
            raise SubscriptionChanged
        _check(wish)
        row.name, row.address, row.types = wish.name.strip(), wish.address, _ordered(wish.types)
        _pause(row, paused=paused)
        row.version += 1
        row.save()
        _record(row, user, "webhook.changed", {"types": row.types, "stopped": row.stopped})
        audience.changed()
        return row


def _pause(row: WebhookSubscription, *, paused: bool) -> None:
    if not paused:
        row.stopped, row.failing_since = Stop.NONE, None
    elif not row.stopped:
        row.stopped = Stop.BY_HAND


def pause(public_id: UUID, *, user: Actor, paused: bool) -> WebhookSubscription:
    """Send nothing for a while, or begin again. NotFound."""
    with _refusals(user, "webhook.pause", f"webhook:{public_id}"), transaction.atomic():
        row = _locked(public_id, user)
        _pause(row, paused=paused)
        row.version += 1
        row.save()
        _record(row, user, "webhook.paused" if paused else "webhook.resumed", {})
        audience.changed()
        return row


def rotate_secret(public_id: UUID, *, user: Actor) -> WithSecret:
    """A new secret; the one before signs as well for a day, the one before that no more. NotFound."""
    with _refusals(user, "webhook.rotate", f"webhook:{public_id}"), transaction.atomic():
        row, secret = _locked(public_id, user), signing.new_secret()
        row.previous_secret, row.previous_until = row.secret, signing.overlap_ends()
        row.secret = signing.seal(secret)
        row.version += 1
        row.save()
        _record(row, user, "webhook.secret_rotated", {})
        return WithSecret(row, secret)


def end(public_id: UUID, *, user: Actor) -> None:
    """The subscription is gone, and what waits for it is not sent. NotFound."""
    with _refusals(user, "webhook.end", f"webhook:{public_id}"), transaction.atomic():
        row = _locked(public_id, user)
        row.ended_at = clock.now()
        row.version += 1
        row.save()
        _record(row, user, "webhook.ended", {})
        audience.changed()


def ping(public_id: UUID, *, user: Actor) -> WebhookDelivery:
    """Send a test event, whatever the subscription asked for. NotFound, SubscriptionStopped."""
    with _refusals(user, "webhook.ping", f"webhook:{public_id}"), transaction.atomic():
        row, now = _locked(public_id, user), clock.now()
        _refuse_stopped(row)
        event = WebhookEvent.objects.create(
            public_id=uuid4(),
            type=PING,
            subject=row.public_id,
            at=now,
            content={"webhook": str(row.public_id)},
        )
        _record(row, user, "webhook.pinged", {"event": str(event.public_id)})
        return delivering.ask(row, event, now=now)


def replay(delivery_id: UUID, *, user: Actor) -> WebhookDelivery:
    """Send one event again under the same id, whatever became of it. NotFound, SubscriptionStopped."""
    with _refusals(user, "webhook.replay", f"delivery:{delivery_id}"), transaction.atomic():
        now = clock.now()
        found = WebhookDelivery.objects.visible_to(scope_of(user, at=now)).filter(public_id=delivery_id)
        row = found.select_related("subscription").select_for_update(of=("self",)).first()
        if row is None:
            raise NotFound
        _refuse_stopped(row.subscription)
        _record(row.subscription, user, "webhook.replayed", {"deliveries": [str(row.public_id)]})
        return _again([row], now)[0]


def replay_failed(public_id: UUID, *, since: datetime, user: Actor) -> int:
    """Send again what failed or was not sent since then, 1,000 at most; how many. NotFound."""
    with _refusals(user, "webhook.replay", f"webhook:{public_id}"), transaction.atomic():
        row, now = _locked(public_id, user), clock.now()
        _refuse_stopped(row)
        unsent = WebhookDelivery.objects.filter(
            subscription=row, status__in=(Status.FAILED, Status.DROPPED), created_at__gte=since
        )
        rows = list(unsent.select_for_update().order_by("id")[:MOST_AT_ONCE])
        _record(row, user, "webhook.replayed", {"since": since.isoformat(), "count": len(rows)})
        return len(_again(rows, now))


def _again(rows: list[WebhookDelivery], now: datetime) -> list[WebhookDelivery]:
    for row in rows:
        row.round += 1
        row.attempts, row.status, row.closed_at = 0, Status.WAITING, None
        row.save(update_fields=["round", "attempts", "status", "closed_at"])
        delivering.enqueue(row, now=now)
    return rows


def _check(wish: Wish) -> None:
    wrong = []
    if not 0 < len(wish.name.strip()) <= len(wish.name) <= 100:
        wrong.append(WRONG["name"])
    try:
        guard.refuse_at_once(wish.address)
    except guard.AddressRefused as refused:
        wrong.append(WRONG[refused.fault])
    if not wish.types or not set(wish.types) <= set(TYPES):
        wrong.append(WRONG["types"])
    if wrong:
        raise SubscriptionInvalid(tuple(wrong))


def _ordered(types: Collection[str]) -> list[str]:
    return [one for one in TYPES if one in types]


def _refuse(scope: Scope, organisation_id: int | None) -> None:
    reason = permissions.against_subscribing(scope, organisation_id)
    if reason is not None:
        raise NotAllowed(reason)


def _refuse_stopped(row: WebhookSubscription) -> None:
    if row.stopped:
        raise SubscriptionStopped


def _locked(public_id: UUID, user: Actor) -> WebhookSubscription:
    found = WebhookSubscription.objects.visible_to(scope_of(user, at=clock.now())).filter(public_id=public_id)
    row = found.select_for_update(of=("self",)).first()
    if row is None:
        raise NotFound
    return row


@contextmanager
def _refusals(user: Actor, action: str, about: str) -> Iterator[None]:
    """Record what is refused, in a transaction of its own after the rollback."""
    try:
        yield
    except CaseError as error:
        audit.record_refusal(user, action, about, error)
        raise


def _record(row: WebhookSubscription, user: Actor, action: str, fields: dict[str, object]) -> None:
    audit.record_act(user, action, f"webhook:{row.public_id}", fields)
