"""What subscriptions of webhooks hold of a person: that they made them."""

from collections.abc import Iterable

from cases.privacy import Subject, source
from cases.privacy.sources import Row, stays
from exchange.models import WebhookSubscription


def _tell(subject: Subject) -> Iterable[Row]:
    made = WebhookSubscription.objects.filter(created_by=subject.user) if subject.user else None
    return made.order_by("id").values("name", "address", "created_at") if made is not None else ()


source(WebhookSubscription, _tell, stays)
