"""Acts on many tasks: asked for at once, done one by one; how far each is."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import Object, StrictSerializer, Text, Uuid
from api.forms import FormSerializer
from api.forms import shown as form_shown
from api.giving import ColleagueSerializer
from api.pages import PageQuery, PageSerializer, framed
from api.searching import Search
from api.views import Endpoint
from api.words import chosen
from cases import people, queries
from cases.queries import BulkItemRow, BulkRow, BulkView
from cases.services import bulk as services

KINDS = ["complete", "claim", "release", "assign"]
STATUSES = ["waiting", "done", "refused", "cancelled"]


class BulkInSerializer(StrictSerializer):
    """What to do to which tasks; `answers` for `complete`, `to` (a username) for `assign`."""

    kind = serializers.ChoiceField(KINDS)
    tasks = serializers.ListField(child=Uuid(), min_length=1, max_length=services.MOST_TASKS)
    answers = Object(required=False, default=dict)
    to = Text(required=False, default="", allow_blank=True, max_length=100)


class BulkSerializer(serializers.Serializer[Any]):
    """How far it is; ended when `waiting` is 0 or the rest was left as it was."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(KINDS)
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    cancelled_at = serializers.DateTimeField(allow_null=True)
    total = serializers.IntegerField()
    waiting = serializers.IntegerField()
    done = serializers.IntegerField()
    refused = serializers.IntegerField()
    cancelled = serializers.IntegerField()


class BulkItemSerializer(serializers.Serializer[Any]):
    """One task; `code` and `because` say why it was refused."""

    task = serializers.UUIDField()
    case = serializers.UUIDField()
    case_number = serializers.CharField()
    status = serializers.ChoiceField(STATUSES)
    code = serializers.CharField(allow_blank=True)
    because = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField(allow_null=True)


class BulkItemPageSerializer(PageSerializer):
    """A page of tasks."""

    items = BulkItemSerializer(many=True)


class BulkItemQuery(PageQuery):
    """Which of them."""

    status = serializers.ChoiceField(STATUSES, required=False)


class BulkPreviewInSerializer(StrictSerializer):
    """As for the act itself; without `answers` what they say is not checked yet."""

    kind = serializers.ChoiceField(KINDS)
    tasks = serializers.ListField(child=Uuid(), min_length=1, max_length=services.MOST_TASKS)
    answers = Object(required=False)
    to = Text(required=False, default="", allow_blank=True, max_length=100)


class BulkPreviewItemSerializer(serializers.Serializer[Any]):
    """One task; `code` and `because` say why it would be refused, both empty if it would not."""

    task = serializers.UUIDField()
    case_number = serializers.CharField()
    code = serializers.CharField(allow_blank=True)
    because = serializers.CharField(allow_blank=True)


class BulkPreviewSerializer(serializers.Serializer[Any]):
    """What the act would do as things stand; tasks that I do not see are left out.

    `form` is what one decision on all of them asks, `colleagues` to whom they can be given.
    """

    items = BulkPreviewItemSerializer(many=True)
    possible = serializers.IntegerField()
    form = FormSerializer(allow_null=True)
    colleagues = ColleagueSerializer(many=True)


class BulkPreviewView(Search):
    """Looking before asking."""

    needs: ClassVar = {"POST": "tasks:read"}
    names: ClassVar = {"POST": "bulk_preview"}
    problems: ClassVar = {"POST": ()}

    @extend_schema(
        summary="What an act on many tasks would do to each",
        request=BulkPreviewInSerializer,
        responses=BulkPreviewSerializer,
    )
    def post(self, _request: Request) -> Response:
        """Each task with why it would be refused; nothing is changed."""
        given = self.body(BulkPreviewInSerializer)
        found = queries.bulk_preview(
            self.scope, given["tasks"], kind=given["kind"], answers=given.get("answers"), to=given["to"]
        )
        colleagues = people.members_of(found.groups) if given["kind"] == "assign" else {}
        answer = {
            "items": [_previewed(row) for row in found.rows],
            "possible": len(found.possible),
            "form": form_shown(found.form, found.context) if found.form and found.context else None,
            "colleagues": [{"username": one, "name": name} for one, name in colleagues.items()],
        }
        return Response(answer)


class BulksView(Endpoint):
    """Asking for an act on many tasks."""

    needs: ClassVar = {"POST": "tasks:write"}
    names: ClassVar = {"POST": "bulk_start"}
    keyed: ClassVar = ("POST",)
    problems: ClassVar = {"POST": (404, 422)}

    @extend_schema(
        summary="Do one thing to many tasks", request=BulkInSerializer, responses={202: BulkSerializer}
    )
    def post(self, _request: Request) -> Response:
        """Asked for: every task is done in a step of its own, and may be refused for itself."""
        given = self.body(BulkInSerializer)
        asked = services.start_bulk(
            given["tasks"],
            user=self.actor,
            kind=given["kind"],
            answers=given["answers"],
            to=given["to"],
            idempotency_key=self.idempotency_key,
        )
        view = queries.bulk_view(self.scope, asked.public_id)
        return Response(BulkSerializer(_bulk(view)).data, status=202)


class BulkDetailView(Endpoint):
    """One of my acts on many tasks."""

    needs: ClassVar = {"GET": "tasks:read"}
    names: ClassVar = {"GET": "bulk"}

    @extend_schema(summary="How far an act on many tasks is", responses=BulkSerializer)
    def get(self, _request: Request, bulk_id: UUID) -> Response:
        """How many were done, refused, left, and how many wait."""
        return Response(BulkSerializer(_bulk(queries.bulk_view(self.scope, bulk_id))).data)


class BulkItemsView(Endpoint):
    """What became of each task."""

    needs: ClassVar = {"GET": "tasks:read"}
    names: ClassVar = {"GET": "bulk_items"}
    queries: ClassVar = {"GET": BulkItemQuery}

    @extend_schema(summary="What became of each task", responses=BulkItemPageSerializer)
    def get(self, _request: Request, bulk_id: UUID) -> Response:
        """A page of tasks in the order of their turns."""
        asked = self.query
        page = queries.bulk_items(
            self.scope,
            bulk_id,
            status=asked.get("status", ""),
            cursor=asked.get("cursor"),
            limit=asked["limit"],
        )
        items = [_item(row) for row in page.items]
        return Response(BulkItemPageSerializer(framed(page, items)).data)


class BulkCancelView(Endpoint):
    """Stopping."""

    needs: ClassVar = {"POST": "tasks:write"}
    names: ClassVar = {"POST": "bulk_cancel"}
    problems: ClassVar = {"POST": (404, 409)}

    @extend_schema(summary="Leave the rest as it is", request=None, responses=BulkSerializer)
    def post(self, _request: Request, bulk_id: UUID) -> Response:
        """What has had no turn yet is left as it was."""
        self.no_body()
        services.cancel_bulk(bulk_id, user=self.actor)
        return Response(BulkSerializer(_bulk(queries.bulk_view(self.scope, bulk_id))).data)


def _bulk(view: BulkView) -> dict[str, Any]:
    return {
        "id": view.public_id,
        "kind": view.kind,
        "started_at": view.started_at,
        "ended_at": view.ended_at,
        "cancelled_at": view.cancelled_at,
        "total": view.total,
        "waiting": view.waiting,
        "done": view.done,
        "refused": view.refused,
        "cancelled": view.cancelled,
    }


def _previewed(row: BulkRow) -> dict[str, Any]:
    return {
        "task": str(row.task.public_id),
        "case_number": row.task.case_number,
        "code": row.code,
        "because": chosen(row.because_lv, row.because_en),
    }


def _item(row: BulkItemRow) -> dict[str, Any]:
    return {
        "task": row.task_public_id,
        "case": row.case_public_id,
        "case_number": row.number,
        "status": row.status,
        "code": row.code,
        "because": chosen(row.because_lv, row.because_en),
        "at": row.at,
    }
