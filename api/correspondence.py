"""Messages and signals of processes, for administrators: sent, looked at, tried again, withdrawn."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import Object, QueryWhole, StrictSerializer, Text
from api.operations import Administrative, RetriedSerializer
from api.pages import LARGEST, PAGE
from cases.queries import correspondence as queries
from cases.queries.correspondence import STATES, Correspondence
from cases.services import correspondence as services
from cases.services.batches import LONGEST_REASON
from engine import causes, expected
from engine.errors import EngineError

READ, WRITE = "correspondence:read", "correspondence:write"
KINDS = ["message", "signal"]
MESSAGE_ID = r"[!-~]{1,200}"


class ProcessMessageSerializer(serializers.Serializer[Any]):
    """A message or signal. `text` says why it is stopped; `started`: it did not reach a case but began it.

    `reached` is how many a signal reached or started; `because` why it was broadcast or withdrawn.
    """

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(KINDS)
    name = serializers.CharField()
    key = serializers.CharField(allow_blank=True)
    message_id = serializers.CharField()
    variables = serializers.DictField()
    state = serializers.ChoiceField(STATES)
    text = serializers.CharField(allow_blank=True)
    incident = serializers.UUIDField(allow_null=True)
    sent_by = serializers.CharField(allow_blank=True)
    sender_case = serializers.CharField(allow_blank=True)
    case_number = serializers.CharField(allow_blank=True)
    started = serializers.BooleanField()
    reached = serializers.IntegerField(allow_null=True)
    received_at = serializers.DateTimeField()
    kept_until = serializers.DateTimeField()
    delivered_at = serializers.DateTimeField(allow_null=True)
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    because = serializers.CharField(allow_blank=True)


class ProcessMessagesSerializer(serializers.Serializer[Any]):
    """Messages and signals, newest first; `count` is of all of them."""

    items = ProcessMessageSerializer(many=True)
    count = serializers.IntegerField()


class ProcessMessageQuery(StrictSerializer):
    """Which of them, and how many at most."""

    state = serializers.ChoiceField(STATES, required=False)
    limit = QueryWhole(required=False, min_value=1, max_value=LARGEST, default=PAGE)


class ExpectedVariableSerializer(serializers.Serializer[Any]):
    """A variable that is taken, and as which types: `str`, `int`, `bool`, `date`, `decimal`, `list`."""

    name = serializers.CharField()
    types = serializers.ListField(child=serializers.CharField())


class ExpectedMessageSerializer(serializers.Serializer[Any]):
    """A message or signal that processes take; those in `starts` begin by it."""

    kind = serializers.ChoiceField(KINDS)
    name = serializers.CharField()
    variables = ExpectedVariableSerializer(many=True)
    processes = serializers.ListField(child=serializers.CharField())
    starts = serializers.ListField(child=serializers.CharField())


class ExpectedMessagesSerializer(serializers.Serializer[Any]):
    """All that processes take."""

    items = ExpectedMessageSerializer(many=True)


class ProcessMessageInSerializer(StrictSerializer):
    """A message: the same `message_id` again is the same message. Dates and decimals are text."""

    name = Text(max_length=services.LONGEST_NAME)
    key = Text(max_length=services.LONGEST_KEY, allow_blank=True, required=False, default="")
    message_id = Text(pattern=MESSAGE_ID)
    variables = Object(required=False, default=dict)


class ProcessSignalInSerializer(StrictSerializer):
    """A signal, and why: the same `message_id` again is the same signal."""

    name = Text(max_length=services.LONGEST_NAME)
    message_id = Text(pattern=MESSAGE_ID)
    variables = Object(required=False, default=dict)
    reason = Text(max_length=LONGEST_REASON)


class WithdrawingSerializer(StrictSerializer):
    """Why."""

    reason = Text(max_length=LONGEST_REASON)


class ProcessMessagesView(Administrative):
    """All of them, and sending one."""

    needs: ClassVar = {"GET": READ, "POST": WRITE}
    names: ClassVar = {"GET": "process_messages", "POST": "process_message_send"}
    queries: ClassVar = {"GET": ProcessMessageQuery}
    problems: ClassVar = {"GET": (404,), "POST": (404, 409, 422)}
    body_limit: ClassVar = 2 * expected.LARGEST

    @extend_schema(
        summary="Messages and signals of processes, newest first", responses=ProcessMessagesSerializer
    )
    def get(self, _request: Request) -> Response:
        """The newest ones."""
        asked = self.query
        rows, count = queries.correspondence(self.scope, state=asked.get("state", ""), limit=asked["limit"])
        found = {"items": [_told(row) for row in rows], "count": count}
        return Response(ProcessMessagesSerializer(found).data)

    @extend_schema(
        summary="Send a message to a process",
        request=ProcessMessageInSerializer,
        responses={202: ProcessMessageSerializer},
    )
    def post(self, _request: Request) -> Response:
        """Kept until the one instance that waits for its name and key gets it, or until it starts one."""
        given = self.body(ProcessMessageInSerializer)
        message = services.send_message(**given, user=self.actor)
        return Response(ProcessMessageSerializer(_told(queries.one(message))).data, status=202)


class ProcessMessagesExpectedView(Administrative):
    """What processes take."""

    needs: ClassVar = {"GET": READ}
    names: ClassVar = {"GET": "process_messages_expected"}
    problems: ClassVar = {"GET": (404,)}

    @extend_schema(
        summary="The messages and signals that processes take", responses=ExpectedMessagesSerializer
    )
    def get(self, _request: Request) -> Response:
        """Each with its variables and their types."""
        items = [
            {
                "kind": one.kind,
                "name": one.name,
                "variables": [
                    {"name": name, "types": sorted(kinds)} for name, kinds in one.variables.items()
                ],
                "processes": one.processes,
                "starts": one.starts,
            }
            for one in (*expected.expected("message"), *expected.expected("signal"))
        ]
        return Response(ExpectedMessagesSerializer({"items": items}).data)


class ProcessSignalView(Administrative):
    """Broadcasting."""

    needs: ClassVar = {"POST": WRITE}
    names: ClassVar = {"POST": "process_signal_broadcast"}
    problems: ClassVar = {"POST": (404, 409, 422)}
    body_limit: ClassVar = 2 * expected.LARGEST

    @extend_schema(
        summary="Broadcast a signal to all processes",
        request=ProcessSignalInSerializer,
        responses={202: ProcessMessageSerializer},
    )
    def post(self, _request: Request) -> Response:
        """It reaches all that wait for it, and starts one instance of each process that begins by it."""
        given = self.body(ProcessSignalInSerializer)
        signal = services.broadcast(
            given["name"],
            variables=given["variables"],
            because=given["reason"],
            user=self.actor,
            message_id=given["message_id"],
        )
        return Response(ProcessMessageSerializer(_told(queries.one(signal))).data, status=202)


class ProcessMessageView(Administrative):
    """One of them."""

    needs: ClassVar = {"GET": READ}
    names: ClassVar = {"GET": "process_message"}
    problems: ClassVar = {"GET": (404,)}

    @extend_schema(summary="A message or signal of processes", responses=ProcessMessageSerializer)
    def get(self, _request: Request, correspondence_id: UUID) -> Response:
        """Where it is, and which case got it."""
        message = queries.visible_message(self.scope, correspondence_id)
        return Response(ProcessMessageSerializer(_told(queries.one(message))).data)


class ProcessMessageWithdrawalView(Administrative):
    """Withdrawing."""

    needs: ClassVar = {"POST": WRITE}
    names: ClassVar = {"POST": "process_message_withdraw"}
    problems: ClassVar = {"POST": (404, 409, 422)}

    @extend_schema(
        summary="Withdraw a message that nobody has got",
        request=WithdrawingSerializer,
        responses=ProcessMessageSerializer,
    )
    def post(self, _request: Request, correspondence_id: UUID) -> Response:
        """Nobody gets it any more; its incidents are over."""
        given = self.body(WithdrawingSerializer)
        message = services.withdraw(correspondence_id, because=given["reason"], user=self.actor)
        return Response(ProcessMessageSerializer(_told(queries.one(message))).data)


class ProcessMessageRetryView(Administrative):
    """Trying again."""

    needs: ClassVar = {"POST": WRITE}
    names: ClassVar = {"POST": "process_message_retry"}
    problems: ClassVar = {"POST": (404, 409)}

    @extend_schema(
        summary="Deliver a message that was stopped once more, now", request=None, responses=RetriedSerializer
    )
    def post(self, _request: Request, correspondence_id: UUID) -> Response:
        """Whether somebody has got it; only then is it delivered."""
        self.no_body()
        try:
            result = services.try_again(correspondence_id, user=self.actor)
        except EngineError as refused:
            return self.conflict(refused.code, refused.message)
        text = "" if result.passed else causes.words(result.cause, result.detail)
        told = {"passed": result.passed, "cause": "" if result.passed else result.cause, "text": text}
        return Response(RetriedSerializer(told).data)


def _told(row: Correspondence) -> dict[str, Any]:
    message, incident = row.message, row.incident
    return {
        "id": message.public_id,
        "kind": message.kind,
        "name": message.name,
        "key": message.correlation_key,
        "message_id": message.message_id,
        "variables": message.variables,
        "state": row.state,
        "text": causes.words(incident.cause, incident.detail) if incident else "",
        "incident": incident.public_id if incident else None,
        "sent_by": message.sent_by,
        "sender_case": row.sender.number if row.sender else "",
        "case_number": row.receiver.number if row.receiver else "",
        "started": message.started,
        "reached": message.reached,
        "received_at": message.received_at,
        "kept_until": message.expires_at,
        "delivered_at": message.delivered_at,
        "withdrawn_at": message.withdrawn_at,
        "because": message.because,
    }
