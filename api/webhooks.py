"""Webhooks: making, changing, pausing and ending one, its secret, a test event."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.etags import row_tag, versioned
from api.organisations import visible
from api.views import Endpoint
from api.webhook_shapes import (
    DeliverySerializer,
    EventTypesSerializer,
    ReplayedSerializer,
    ReplaySerializer,
    WebhookChangeSerializer,
    WebhookInSerializer,
    WebhookSecretSerializer,
    WebhookSerializer,
    WebhooksSerializer,
)
from cases.errors import NotFound, PreconditionFailed
from exchange.errors import SubscriptionChanged
from exchange.models import WebhookSubscription
from exchange.webhooks import subscribing
from exchange.webhooks.kinds import PREFIX, WORDS
from exchange.webhooks.subscribing import Wish, WithSecret

READ, WRITE = "webhooks:read", "webhooks:write"


class EventTypesView(Endpoint):
    """What can be asked for."""

    needs: ClassVar = {"GET": READ}
    names: ClassVar = {"GET": "webhook_event_types"}

    @extend_schema(summary="The types of event that a webhook can be told of", responses=EventTypesSerializer)
    def get(self, _request: Request) -> Response:
        """Every type with its words."""
        items = [{"type": f"{PREFIX}{kind}", "text": str(words)} for kind, words in WORDS.items()]
        return Response(EventTypesSerializer({"items": items}).data)


class WebhooksView(Endpoint):
    """Webhooks."""

    needs: ClassVar = {"GET": READ, "POST": WRITE}
    names: ClassVar = {"GET": "webhooks", "POST": "webhook_create"}
    problems: ClassVar = {"POST": (404, 422)}

    @extend_schema(summary="The webhooks that I administrate", responses=WebhooksSerializer)
    def get(self, _request: Request) -> Response:
        """All of them: there are few."""
        rows = WebhookSubscription.objects.visible_to(self.scope).select_related("organisation")
        return Response(WebhooksSerializer({"items": rows.order_by("id")}).data)

    @extend_schema(
        summary="Have another system told of events",
        request=WebhookInSerializer,
        responses={201: WebhookSecretSerializer},
    )
    def post(self, _request: Request) -> Response:
        """The webhook with its secret, which is shown this once."""
        given = self.body(WebhookInSerializer)
        where = visible(self.scope, given["organisation"]) if given["organisation"] else None
        made = subscribing.subscribe(_wish(given, where), user=self.actor)
        return _with_secret(made, status=201)


class WebhookView(Endpoint):
    """One webhook."""

    needs: ClassVar = {"GET": READ, "PUT": WRITE}
    names: ClassVar = {"GET": "webhook", "PUT": "webhook_change"}
    problems: ClassVar = {"PUT": (404, 412, 422, 428)}
    tagged: ClassVar = ("GET", "PUT")

    @extend_schema(summary="A webhook", responses=WebhookSerializer)
    def get(self, _request: Request, webhook_id: UUID) -> Response:
        """Its address, types and how it stands."""
        return _told(self, webhook_of(self, webhook_id))

    @extend_schema(summary="Change a webhook", request=WebhookChangeSerializer, responses=WebhookSerializer)
    def put(self, _request: Request, webhook_id: UUID) -> Response:
        """Everything but its organisation anew; `If-Match` names the version that it replaces."""
        given = self.body(WebhookChangeSerializer)
        version = self.required_match()
        try:
            row = subscribing.change(
                webhook_id, _wish(given, None), user=self.actor, paused=given["paused"], version=version
            )
        except SubscriptionChanged:
            raise PreconditionFailed from None
        return _told(self, row)


class WebhookEndView(Endpoint):
    """Ending a webhook."""

    needs: ClassVar = {"POST": WRITE}
    names: ClassVar = {"POST": "webhook_end"}

    @extend_schema(summary="End a webhook for good", request=None, responses={204: None})
    def post(self, _request: Request, webhook_id: UUID) -> Response:
        """Nothing more is sent, and it is in no list any more."""
        self.no_body()
        subscribing.end(webhook_id, user=self.actor)
        return Response(status=204)


class WebhookSecretView(Endpoint):
    """The secret of a webhook."""

    needs: ClassVar = {"POST": WRITE}
    names: ClassVar = {"POST": "webhook_rotate_secret"}

    @extend_schema(
        summary="Replace the secret of a webhook", request=None, responses={201: WebhookSecretSerializer}
    )
    def post(self, _request: Request, webhook_id: UUID) -> Response:
        """The new secret, shown this once; the old one signs as well for 24 hours."""
        self.no_body()
        return _with_secret(subscribing.rotate_secret(webhook_id, user=self.actor), status=201)


class WebhookPingView(Endpoint):
    """A test of a webhook."""

    needs: ClassVar = {"POST": WRITE}
    names: ClassVar = {"POST": "webhook_ping"}
    problems: ClassVar = {"POST": (404, 409)}

    @extend_schema(
        summary="Send a test event to a webhook", request=None, responses={202: DeliverySerializer}
    )
    def post(self, _request: Request, webhook_id: UUID) -> Response:
        """The delivery of the test event, which is on its way."""
        self.no_body()
        return Response(DeliverySerializer(subscribing.ping(webhook_id, user=self.actor)).data, status=202)


class WebhookReplayView(Endpoint):
    """Sending again what failed."""

    needs: ClassVar = {"POST": WRITE}
    names: ClassVar = {"POST": "webhook_replay"}
    problems: ClassVar = {"POST": (404, 409)}

    @extend_schema(
        summary="Send again everything that failed since a moment",
        request=ReplaySerializer,
        responses={202: ReplayedSerializer},
    )
    def post(self, _request: Request, webhook_id: UUID) -> Response:
        """Each under the id that it had before."""
        since = self.body(ReplaySerializer)["since"]
        count = subscribing.replay_failed(webhook_id, since=since, user=self.actor)
        return Response(ReplayedSerializer({"count": count}).data, status=202)


def webhook_of(endpoint: Endpoint, public_id: UUID) -> WebhookSubscription:
    """The webhook within the scope; NotFound."""
    rows = WebhookSubscription.objects.visible_to(endpoint.scope).select_related("organisation")
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def _wish(given: dict[str, Any], where: Any) -> Wish:
    kinds = tuple(kind.removeprefix(PREFIX) for kind in given["types"])
    return Wish(given["name"], given["address"], kinds, where)


def _told(endpoint: Endpoint, row: WebhookSubscription) -> Response:
    return versioned(endpoint.request, WebhookSerializer(row).data, row_tag(row.version))


def _with_secret(made: WithSecret, *, status: int) -> Response:
    shown = {"webhook": made.row, "secret": made.secret}
    return Response(
        WebhookSecretSerializer(shown).data, status=status, headers={"ETag": row_tag(made.row.version)}
    )
