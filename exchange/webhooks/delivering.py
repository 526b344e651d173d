"""The jobs of webhooks: events and deliveries out of what a step asked for, then each delivery by itself."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from accounts.actors import actor_of
from accounts.scope import scope_of
from cases.models import Case
from engine import jobs
from engine.handlers import HandlerContext, handler
from exchange import permissions
from exchange.models import WebhookDelivery, WebhookEvent, WebhookSubscription
from exchange.webhooks import audience, guard, posting, telling
from exchange.webhooks.kinds import CONTENT_TYPE, body_of
from exchange.webhooks.signing import signed_headers

DELIVER: Final = "webhooks.deliver"
# As often as any job is tried; then a person may have it sent again.
MOST_ATTEMPTS: Final = jobs.MOST_ATTEMPTS

Status = WebhookDelivery.Status
Stop = WebhookSubscription.Stop


class NotAccepted(Exception):
    """The receiver did not accept the event; it is tried again."""


@handler(
    audience.ANNOUNCE,
    runs="job",
    repeat="safe",
    title=("Ziņas sagatavošana citām sistēmām", "Preparing a notice to other systems"),
)
def announce(context: HandlerContext) -> Mapping[str, object] | None:
    """Write down what happened and for whom, with a job for each delivery; run twice it writes once."""
    case = Case.objects.select_related("organisation").get(pk=context.arguments["case"])
    with transaction.atomic():
        events = _written(_events(case, context.arguments))
        for subscription in _listeners(case, context.now):
            for event in events:
                if event.type in subscription.types:
                    ask(subscription, event, now=context.now)
    return None


def _events(case: Case, told: Mapping[str, Any]) -> Iterable[WebhookEvent]:
    about = {
        "case": str(case.public_id),
        "number": case.number,
        "process": case.process_key,
        "organisation": str(case.organisation.public_id),
        "status": told["status"],
        "outcome": told["outcome"],
    }
    for item in told["items"]:
        task = item.get("task", "")
        more = {"task": task, "element": item["element"]} if task else {}
        yield WebhookEvent(
            public_id=uuid5(case.public_id, f"{told['version']}:{item['type']}:{task}"),
            type=item["type"],
            subject=UUID(task) if task else case.public_id,
            case=case,
            sequence=told["version"],
            at=datetime.fromisoformat(told["at"]).astimezone(UTC),
            content={**about, **more},
        )


def _written(events: Iterable[WebhookEvent]) -> list[WebhookEvent]:
    rows = list(events)
    WebhookEvent.objects.bulk_create(rows, ignore_conflicts=True)
    return list(WebhookEvent.objects.filter(public_id__in=[row.public_id for row in rows]).order_by("id"))


def _listeners(case: Case, now: datetime) -> list[WebhookSubscription]:
    """Subscriptions to which this case belongs and whose maker still answers for it."""
    organisation = case.organisation
    places = [one for one in (organisation.pk, organisation.founder_id, organisation.municipality_id) if one]
    found = WebhookSubscription.objects.filter(
        Q(organisation=None) | Q(organisation__in=places), ended_at=None, stopped=""
    )
    # What was made after the step was not asked for by it.
    rows = found.filter(created_at__lte=now).select_related("created_by__person").order_by("id")
    return [row for row in rows if _may_listen(row, now)]


def _may_listen(subscription: WebhookSubscription, now: datetime) -> bool:
    user = subscription.created_by
    scope = scope_of(actor_of(user, "api"), at=now)
    if user.is_active and permissions.against_subscribing(scope, subscription.organisation_id) is None:
        return True
    stop(subscription, Stop.NOT_ALLOWED, now=now)
    return False


def ask(subscription: WebhookSubscription, event: WebhookEvent, *, now: datetime) -> WebhookDelivery:
    """The delivery of the event to the subscription, with its job; once."""
    delivery, is_new = WebhookDelivery.objects.get_or_create(
        subscription=subscription, event=event, defaults={"created_at": now}
    )
    if is_new:
        enqueue(delivery, now=now)
    return delivery


def enqueue(delivery: WebhookDelivery, *, now: datetime) -> None:
    """The job of this round of the delivery."""
    key = f"{DELIVER}:{delivery.pk}:{delivery.round}"
    arguments = {"delivery": delivery.pk, "round": delivery.round}
    jobs.enqueue(DELIVER, arguments=arguments, now=now, natural_key=key)


@handler(
    DELIVER,
    runs="job",
    repeat="keyed",
    title=("Ziņas sūtīšana citai sistēmai", "Sending a notice to another system"),
)
def deliver(context: HandlerContext) -> Mapping[str, object] | None:
    """Send it once; not accepted, the job fails and is tried again, the last time the delivery has failed."""
    found = WebhookDelivery.objects.select_related("subscription", "event").filter(
        pk=context.arguments["delivery"], round=context.arguments["round"], status=Status.WAITING
    )
    delivery = found.first()
    if delivery is None:
        return None
    subscription = delivery.subscription
    if subscription.ended_at is not None or subscription.stopped:
        _close(delivery, Status.DROPPED, now=context.now)
        return None
    # Counted before the work: what kills the worker was an attempt as well.
    WebhookDelivery.objects.filter(pk=delivery.pk).update(
        attempts=F("attempts") + 1, attempted_at=context.now
    )
    delivery.attempts += 1
    answer = send(subscription, delivery.event)
    is_last = answer.status == GONE or delivery.attempts % MOST_ATTEMPTS == 0
    _note(delivery, answer, is_last=is_last, now=context.now)
    if not answer.accepted and not is_last:
        raise NotAccepted
    return None


GONE: Final = 410


def send(
    subscription: WebhookSubscription,
    event: WebhookEvent,
    *,
    resolver: guard.Resolver | None = None,
    post: posting.Post = posting.post,
) -> posting.Answer:
    """Look the address up, refuse what is not the open internet, sign, and send it there."""
    try:
        target = guard.target_of(subscription.address, resolver or guard.resolve)
    except guard.AddressRefused as refused:
        return posting.Answer(None, refused.fault)
    body = body_of(event)
    headers = signed_headers(subscription, event, body, now=datetime.now(UTC))
    return post(target, body.encode(), {"Content-Type": CONTENT_TYPE, **headers})


@transaction.atomic
def _note(delivery: WebhookDelivery, answer: posting.Answer, *, is_last: bool, now: datetime) -> None:
    subscription = WebhookSubscription.objects.select_for_update().get(pk=delivery.subscription_id)
    fault = "" if answer.accepted else answer.fault or "refused"
    WebhookDelivery.objects.filter(pk=delivery.pk).update(response_code=answer.status, fault=fault)
    if answer.accepted:
        _close(delivery, Status.DELIVERED, now=now)
        if subscription.failing_since is not None:
            WebhookSubscription.objects.filter(pk=subscription.pk).update(failing_since=None)
        return
    if is_last:
        _close(delivery, Status.FAILED, now=now)
    since = subscription.failing_since or now
    if subscription.failing_since is None:
        WebhookSubscription.objects.filter(pk=subscription.pk).update(failing_since=now)
    patience = timedelta(days=settings.WEBHOOKS_PATIENCE_DAYS)
    if answer.status == GONE or (is_last and now - since >= patience):
        stop(subscription, Stop.FAILING, now=now)


def _close(delivery: WebhookDelivery, status: str, *, now: datetime) -> None:
    WebhookDelivery.objects.filter(pk=delivery.pk).update(status=status, closed_at=now)


def stop(subscription: WebhookSubscription, why: str, *, now: datetime) -> None:
    """Send nothing more until a person says so, and tell whoever made it."""
    standing = WebhookSubscription.objects.filter(pk=subscription.pk, stopped="")
    if standing.update(stopped=why, version=F("version") + 1):
        telling.tell_of_stop(subscription, why, now=now)
        audience.changed()
