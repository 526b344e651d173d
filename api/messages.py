"""My messages: the archive, one as it was sent, marking them as read, and how they come to me."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import QueryTruth, QueryUuid, StrictSerializer, Text, Truth, Uuid
from api.pages import PageQuery, PageSerializer, framed
from api.searching import Search, SearchSerializer
from api.views import Endpoint
from api.words import Words
from cases import queries
from cases.models import Delivery, MessageGroup
from cases.notifications.wishes import CHOSEN, default_delivery, wishes_of
from cases.queries import MessageFilters, MessageRow
from cases.services import messages as services

GROUPS = "|".join(MessageGroup.values)
CHOICES = "|".join(Delivery.values)
MESSAGE_GROUPS = list(MessageGroup.values)
DELIVERIES = list(Delivery.values)


class MessageQuery(PageQuery):
    """Which of my messages."""

    unread = QueryTruth(required=False, default=False)
    group = Text(required=False, pattern=GROUPS, default="", help_text=f"One of {GROUPS}.")
    case = QueryUuid(required=False)


class MessageSearchIn(SearchSerializer):
    """Which of my messages, by words of their subject and text."""

    unread = Truth(required=False, default=False)
    group = Text(required=False, pattern=GROUPS, default="", help_text=f"One of {GROUPS}.")
    case = Uuid(required=False)


class MessageSerializer(serializers.Serializer[Any]):
    """A message; its subject is empty until it is delivered, which takes a moment."""

    id = serializers.UUIDField(source="public_id")
    kind = serializers.CharField()
    group = serializers.ChoiceField(MESSAGE_GROUPS)
    title = Words("title")
    subject = serializers.CharField(allow_blank=True)
    delivery = serializers.ChoiceField(DELIVERIES, allow_blank=True)
    created_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    read_at = serializers.DateTimeField(allow_null=True)
    case = serializers.UUIDField(source="case_public_id", allow_null=True)
    case_number = serializers.CharField(allow_blank=True)


class MessageDetailSerializer(MessageSerializer):
    """A message with its words; `task` while it is open, `digest` if it came in one."""

    text = serializers.CharField(allow_blank=True)
    task = serializers.UUIDField(allow_null=True)
    digest = serializers.UUIDField(allow_null=True)


class DigestSerializer(serializers.Serializer[Any]):
    """A daily digest in the words that were sent."""

    id = serializers.UUIDField(source="public_id")
    day = serializers.DateField()
    subject = serializers.CharField()
    text = serializers.CharField()
    language = serializers.CharField()
    sent_at = serializers.DateTimeField(allow_null=True)


class MessagesSerializer(PageSerializer):
    """A page of messages, newest first."""

    items = MessageSerializer(many=True)
    unread = serializers.IntegerField(help_text="How many I have not read; counting stops at 100.")


class ReadIn(StrictSerializer):
    """Whether I have read it."""

    read = Truth()


class ReadAllSerializer(serializers.Serializer[Any]):
    """How many were unread."""

    marked = serializers.IntegerField()


class NotificationsSerializer(serializers.Serializer[Any]):
    """How messages of each group come to me; what is not listed always comes by mail at once."""

    tasks = serializers.ChoiceField(DELIVERIES)
    cases = serializers.ChoiceField(DELIVERIES)
    oversight = serializers.ChoiceField(DELIVERIES)


class NotificationsIn(StrictSerializer):
    """How they shall come."""

    tasks = Text(required=False, pattern=CHOICES)
    cases = Text(required=False, pattern=CHOICES)
    oversight = Text(required=False, pattern=CHOICES)


class MessagesView(Endpoint):
    """Messages."""

    needs: ClassVar = {"GET": "messages:read"}
    names: ClassVar = {"GET": "messages"}
    queries: ClassVar = {"GET": MessageQuery}

    @extend_schema(summary="My messages, newest first", responses=MessagesSerializer)
    def get(self, _request: Request) -> Response:
        """A page of my own messages."""
        return _page(self, self.query, "")


class MessageSearchView(Search):
    """Searching my messages."""

    needs: ClassVar = {"POST": "messages:read"}
    names: ClassVar = {"POST": "message_search"}

    @extend_schema(
        summary="Look for messages by their words", request=MessageSearchIn, responses=MessagesSerializer
    )
    def post(self, _request: Request) -> Response:
        """A page of the messages found, newest first."""
        asked = self.body(MessageSearchIn)
        return _page(self, asked, asked["text"])


def _page(endpoint: Endpoint, asked: Mapping[str, Any], text: str) -> Response:
    filters = MessageFilters(q=text, group=asked["group"], unread=asked["unread"], case=asked.get("case"))
    page = queries.messages_list(endpoint.scope, filters, asked.get("cursor"), asked["limit"])
    shown = {**framed(page, list(page.items)), "unread": queries.unread_count(endpoint.scope)}
    return Response(MessagesSerializer(shown).data)


class MessageDetailView(Endpoint):
    """One message."""

    needs: ClassVar = {"GET": "messages:read"}
    names: ClassVar = {"GET": "message"}
    problems: ClassVar = {"GET": (404,)}

    @extend_schema(summary="A message in the words that were sent", responses=MessageDetailSerializer)
    def get(self, _request: Request, message_id: UUID) -> Response:
        """The message; reading it here does not mark it as read."""
        return Response(_detail(queries.message_detail(self.scope, message_id)))


def _detail(view: queries.MessageView) -> Any:
    row: MessageRow = view.row
    shown = {name: getattr(row, name) for name in row.__dataclass_fields__}
    shown |= {"subject": view.subject, "text": view.text, "task": view.task_public_id}
    shown |= {"digest": view.digest_public_id}
    return MessageDetailSerializer(_Shown(shown)).data


class DigestView(Endpoint):
    """One digest."""

    needs: ClassVar = {"GET": "messages:read"}
    names: ClassVar = {"GET": "message_digest"}

    @extend_schema(summary="A daily digest in the words that were sent", responses=DigestSerializer)
    def get(self, _request: Request, digest_id: UUID) -> Response:
        """The digest."""
        return Response(DigestSerializer(queries.digest_detail(self.scope, digest_id)).data)


class _Shown:
    """Values under the names that the serializer looks for."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.__dict__.update(values)


class ReadView(Endpoint):
    """Whether one message is read."""

    needs: ClassVar = {"PUT": "messages:write"}
    names: ClassVar = {"PUT": "message_read"}
    problems: ClassVar = {"PUT": (404,)}

    @extend_schema(
        summary="Mark a message as read or unread", request=ReadIn, responses=MessageDetailSerializer
    )
    def put(self, _request: Request, message_id: UUID) -> Response:
        """The message as it stands now."""
        services.set_read(message_id, user=self.actor, read=self.body(ReadIn)["read"])
        return Response(_detail(queries.message_detail(self.scope, message_id)))


class ReadAllView(Endpoint):
    """All messages at once."""

    needs: ClassVar = {"POST": "messages:write"}
    names: ClassVar = {"POST": "messages_read"}

    @extend_schema(summary="Mark all my messages as read", request=None, responses=ReadAllSerializer)
    def post(self, _request: Request) -> Response:
        """How many were unread."""
        self.no_body()
        return Response(ReadAllSerializer({"marked": services.read_all(user=self.actor)}).data)


class NotificationsView(Endpoint):
    """How messages come to me."""

    needs: ClassVar = {"GET": "messages:read", "PUT": "messages:write"}
    names: ClassVar = {"GET": "notifications", "PUT": "notifications_choose"}

    @extend_schema(summary="How messages come to me", responses=NotificationsSerializer)
    def get(self, _request: Request) -> Response:
        """My choice by group, or what holds without one."""
        return Response(self._choice())

    @extend_schema(
        summary="Choose how messages come", request=NotificationsIn, responses=NotificationsSerializer
    )
    def put(self, _request: Request) -> Response:
        """Groups that are left out stay as they are."""
        given = self.body(NotificationsIn)
        wishes = {MessageGroup(name): Delivery(value) for name, value in given.items()}
        services.choose_delivery(wishes, user=self.actor)
        return Response(self._choice())

    def _choice(self) -> Any:
        mine = wishes_of(self.actor.person_id or 0)
        chosen = {group.value: mine.get(group, default_delivery(group)).value for group in CHOSEN}
        return NotificationsSerializer(chosen).data
