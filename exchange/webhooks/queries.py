"""Reads of webhooks: the deliveries of one, a page at a time."""

from dataclasses import dataclass

from accounts.scope import Scope
from cases.queries.cursors import Cursor, decoded
from exchange.models import WebhookDelivery, WebhookSubscription

CAP = 1000


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """A page of deliveries, newest first; counting stops at 1,000."""

    items: tuple[WebhookDelivery, ...]
    next_cursor: str
    previous_cursor: str
    count: int


def deliveries(
    scope: Scope,
    subscription: WebhookSubscription,
    *,
    status: str = "",
    cursor: str | None = None,
    limit: int = 25,
) -> DeliveryPage:
    """The deliveries of a subscription, newest first; of one status if it is given."""
    chosen = WebhookDelivery.objects.visible_to(scope).filter(subscription=subscription)
    if status:
        chosen = chosen.filter(status=status)
    edge = decoded(cursor)
    backward = edge is not None and edge.backward
    page = chosen.select_related("event")
    if edge is not None:
        page = page.filter(pk__gt=edge.id) if backward else page.filter(pk__lt=edge.id)
    rows = list(page.order_by("pk" if backward else "-pk")[: limit + 1])
    more, rows = len(rows) > limit, rows[:limit]
    if backward:
        rows.reverse()
    return DeliveryPage(
        items=tuple(rows),
        next_cursor=Cursor(None, rows[-1].pk).encoded() if rows and (more or backward) else "",
        previous_cursor=Cursor(None, rows[0].pk, True).encoded()
        if rows and edge and (more or not backward)
        else "",
        count=chosen.order_by()[:CAP].count(),
    )
