"""Saved views of the inbox: mine and my groups', made, renamed, moved, deleted; which one opens first."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import QueryTruth, StrictSerializer, Text, Truth
from api.searching import LONGEST_TEXT
from api.task_shapes import QUEUES, SORTS
from api.views import Endpoint
from cases import queries
from cases.errors import NotFound
from cases.queries import InboxFilters, SavedViewRow
from cases.queries.saved_views import filters_of, query_of
from cases.services import views as services

READ, WRITE = "tasks:read", "tasks:write"


class ViewFiltersSerializer(serializers.Serializer[Any]):
    """Which tasks a view shows; `text` is what it searches for."""

    queue = serializers.ChoiceField(QUEUES)
    text = serializers.CharField(source="q", allow_blank=True)
    process = serializers.CharField(allow_blank=True)
    overdue = serializers.BooleanField()
    due_week = serializers.BooleanField()
    sort = serializers.ChoiceField(SORTS)


class SavedViewSerializer(serializers.Serializer[Any]):
    """A saved view; `group` is empty for one of my own, `count` is null where it was not asked for."""

    id = serializers.UUIDField(source="row.public_id")
    name = serializers.CharField(source="row.name")
    group = serializers.CharField(source="row.group", allow_blank=True)
    opens_first = serializers.BooleanField(source="row.opens_first")
    filters = ViewFiltersSerializer()
    count = serializers.IntegerField(allow_null=True)


class SavedViewsSerializer(serializers.Serializer[Any]):
    """My views and those of my groups, each in its order."""

    items = SavedViewSerializer(many=True)


class SavedViewQuery(StrictSerializer):
    """Whether to count."""

    counts = QueryTruth(required=False, default=False, help_text="Also how many tasks each has.")


class ViewFiltersInSerializer(StrictSerializer):
    """Which tasks it shall show; overdue ones, or those due this week, not both."""

    queue = serializers.ChoiceField(QUEUES, required=False, default="all")
    text = Text(required=False, allow_blank=True, default="", max_length=LONGEST_TEXT)
    process = Text(required=False, allow_blank=True, default="", pattern="([a-z][a-z0-9_]{0,59})?")
    overdue = Truth(required=False, default=False)
    due_week = Truth(required=False, default=False)
    sort = serializers.ChoiceField(SORTS, required=False, default="due")


class SavedViewInSerializer(StrictSerializer):
    """A wish for a view; with `group` it is for everybody of that group of mine."""

    name = Text(max_length=200)
    group = Text(required=False, allow_blank=True, default="", max_length=100)
    filters = ViewFiltersInSerializer()


class ViewNameSerializer(StrictSerializer):
    """Another name."""

    name = Text(max_length=200)


class ViewMoveSerializer(StrictSerializer):
    """Up or down by one place."""

    up = Truth()


class ViewFirstSerializer(StrictSerializer):
    """Whether my list opens with it."""

    first = Truth()


class SavedViewsView(Endpoint):
    """Saved views."""

    needs: ClassVar = {"GET": READ, "POST": WRITE}
    names: ClassVar = {"GET": "views", "POST": "view_save"}
    queries: ClassVar = {"GET": SavedViewQuery}
    problems: ClassVar = {"POST": (409, 422)}

    @extend_schema(summary="My saved views of the inbox", responses=SavedViewsSerializer)
    def get(self, _request: Request) -> Response:
        """My own and those of my groups."""
        counted = self.query["counts"]
        items = [_shown(self, row, counted=counted) for row in queries.saved_views(self.scope)]
        return Response(SavedViewsSerializer({"items": items}).data)

    @extend_schema(
        summary="Save a view of the inbox",
        request=SavedViewInSerializer,
        responses={201: SavedViewSerializer},
    )
    def post(self, _request: Request) -> Response:
        """The view, last in its order."""
        given = self.body(SavedViewInSerializer)
        wished = dict(given["filters"])
        filters = InboxFilters(q=wished.pop("text").strip(), **wished)
        view = services.save_view(
            user=self.actor, name=given["name"], query=query_of(filters), group=given["group"]
        )
        return Response(SavedViewSerializer(_one(self, view.public_id)).data, status=201)


class SavedViewView(Endpoint):
    """One saved view."""

    needs: ClassVar = {"GET": READ, "PUT": WRITE}
    names: ClassVar = {"GET": "view", "PUT": "view_rename"}
    problems: ClassVar = {"PUT": (404, 422)}

    @extend_schema(summary="A saved view with how many tasks it has", responses=SavedViewSerializer)
    def get(self, _request: Request, view_id: UUID) -> Response:
        """The view."""
        return Response(SavedViewSerializer(_one(self, view_id, counted=True)).data)

    @extend_schema(summary="Rename a saved view", request=ViewNameSerializer, responses=SavedViewSerializer)
    def put(self, _request: Request, view_id: UUID) -> Response:
        """The view under its new name."""
        services.rename_view(view_id, user=self.actor, name=self.body(ViewNameSerializer)["name"])
        return Response(SavedViewSerializer(_one(self, view_id)).data)


class SavedViewMoveView(Endpoint):
    """The order of views."""

    needs: ClassVar = {"POST": WRITE}
    names: ClassVar = {"POST": "view_move"}

    @extend_schema(
        summary="Move a saved view up or down", request=ViewMoveSerializer, responses=SavedViewsSerializer
    )
    def post(self, _request: Request, view_id: UUID) -> Response:
        """All views in their new order."""
        services.move_view(view_id, user=self.actor, up=self.body(ViewMoveSerializer)["up"])
        items = [_shown(self, row) for row in queries.saved_views(self.scope)]
        return Response(SavedViewsSerializer({"items": items}).data)


class SavedViewFirstView(Endpoint):
    """The view that opens first."""

    needs: ClassVar = {"PUT": WRITE}
    names: ClassVar = {"PUT": "view_first"}

    @extend_schema(
        summary="Choose whether my list opens with a view",
        request=ViewFirstSerializer,
        responses=SavedViewSerializer,
    )
    def put(self, _request: Request, view_id: UUID) -> Response:
        """The view as it stands now."""
        first, row = self.body(ViewFirstSerializer)["first"], _row(self, view_id)
        if first or row.opens_first:
            services.open_with(view_id if first else None, user=self.actor)
        return Response(SavedViewSerializer(_one(self, view_id)).data)


class SavedViewDeleteView(Endpoint):
    """Deleting a view."""

    needs: ClassVar = {"POST": WRITE}
    names: ClassVar = {"POST": "view_delete"}

    @extend_schema(summary="Delete a saved view", request=None, responses={204: None})
    def post(self, _request: Request, view_id: UUID) -> Response:
        """It is gone, for the whole group if it was the group's."""
        self.no_body()
        services.delete_view(view_id, user=self.actor)
        return Response(status=204)


def _row(endpoint: Endpoint, public_id: UUID) -> SavedViewRow:
    found = next((row for row in queries.saved_views(endpoint.scope) if row.public_id == public_id), None)
    if found is None:
        raise NotFound
    return found


def _one(endpoint: Endpoint, public_id: UUID, *, counted: bool = False) -> dict[str, Any]:
    return _shown(endpoint, _row(endpoint, public_id), counted=counted)


def _shown(endpoint: Endpoint, row: SavedViewRow, *, counted: bool = False) -> dict[str, Any]:
    filters = filters_of(row.query)
    count = queries.count(endpoint.scope, filters) if counted else None
    return {"row": row, "filters": filters, "count": count}
