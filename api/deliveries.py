"""The deliveries of a webhook: how each went, and sending one again."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.pages import framed
from api.views import Endpoint
from api.webhook_shapes import DeliveryPageSerializer, DeliveryQuery, DeliverySerializer
from api.webhooks import READ, WRITE, webhook_of
from exchange.webhooks import subscribing
from exchange.webhooks.queries import deliveries


class DeliveriesView(Endpoint):
    """The deliveries of a webhook."""

    needs: ClassVar = {"GET": READ}
    names: ClassVar = {"GET": "webhook_deliveries"}
    queries: ClassVar = {"GET": DeliveryQuery}

    @extend_schema(summary="The deliveries of a webhook, newest first", responses=DeliveryPageSerializer)
    def get(self, _request: Request, webhook_id: UUID) -> Response:
        """A page of deliveries."""
        asked = self.query
        page = deliveries(
            self.scope,
            webhook_of(self, webhook_id),
            status=asked.get("status", ""),
            cursor=asked.get("cursor"),
            limit=asked["limit"],
        )
        return Response(DeliveryPageSerializer(framed(page, list(page.items))).data)


class DeliveryReplayView(Endpoint):
    """Sending one again."""

    needs: ClassVar = {"POST": WRITE}
    names: ClassVar = {"POST": "webhook_delivery_replay"}
    problems: ClassVar = {"POST": (404, 409)}

    @extend_schema(summary="Send one event again", request=None, responses={202: DeliverySerializer})
    def post(self, _request: Request, delivery_id: UUID) -> Response:
        """The delivery, which is on its way again under the same id."""
        self.no_body()
        return Response(DeliverySerializer(subscribing.replay(delivery_id, user=self.actor)).data, status=202)
