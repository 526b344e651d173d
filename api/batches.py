"""Acts on many cases: the newest, how far one is, what became of each, and what the second person does."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import Text
from api.pages import PageQuery, PageSerializer, framed
from api.views import Endpoint
from api.words import Words
from cases.models import Batch, BatchItem
from cases.queries.batches import batch_items, batch_view, newest_batches
from cases.services.batches import cancel_batch, confirm_batch, pause_batch, resume_batch

READ, WRITE = "operations:read", "operations:write"


class BatchSerializer(serializers.Serializer[Any]):
    """An act on many cases; `may_confirm`: somebody else asked for it and it waits for a second person.

    `values` are what it writes into every case.
    """

    id = serializers.UUIDField(source="public_id")
    kind = serializers.CharField()
    title = Words("title")
    process = serializers.CharField(source="process_key", allow_blank=True)
    arguments = serializers.DictField()
    reason = serializers.CharField()
    state = serializers.ChoiceField(list(Batch.State.values))
    asked_by = serializers.CharField()
    asked_at = serializers.DateTimeField()
    confirmed_by = serializers.CharField(allow_blank=True)
    confirmed_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    total = serializers.IntegerField()
    waiting = serializers.IntegerField()
    done = serializers.IntegerField()
    failed = serializers.IntegerField()
    refused = serializers.IntegerField()
    not_run = serializers.IntegerField()
    values = serializers.DictField()
    may_confirm = serializers.BooleanField()
    may_run = serializers.BooleanField()


class BatchesSerializer(serializers.Serializer[Any]):
    """The newest ones."""

    items = BatchSerializer(many=True)


class BatchItemSerializer(serializers.Serializer[Any]):
    """What became of one case; `because` says why it was refused or failed again."""

    key = serializers.CharField(allow_blank=True)
    case = serializers.UUIDField(source="case_public_id", allow_null=True)
    case_number = serializers.CharField(allow_blank=True)
    organisation = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(list(BatchItem.Status.values))
    tries = serializers.IntegerField()
    code = serializers.CharField(allow_blank=True)
    because = Words("because", allow_blank=True)
    at = serializers.DateTimeField(allow_null=True)


class BatchItemPageSerializer(PageSerializer):
    """A page of items in their order."""

    items = BatchItemSerializer(many=True)


class BatchItemQuery(PageQuery):
    """Which of them."""

    status = Text(required=False, default="", pattern="|".join(BatchItem.Status.values))


class BatchesView(Endpoint):
    """Acts on many cases."""

    needs: ClassVar = {"GET": READ}
    names: ClassVar = {"GET": "batches"}

    @extend_schema(summary="The newest acts on many cases", responses=BatchesSerializer)
    def get(self, _request: Request) -> Response:
        """Those that I may see."""
        return Response(BatchesSerializer({"items": newest_batches(self.scope)}).data)


class BatchView(Endpoint):
    """One of them."""

    needs: ClassVar = {"GET": READ}
    names: ClassVar = {"GET": "batch"}
    problems: ClassVar = {"GET": (404,)}

    @extend_schema(summary="An act on many cases and how far it is", responses=BatchSerializer)
    def get(self, _request: Request, batch_id: UUID) -> Response:
        """What was asked, by whom and why."""
        return Response(BatchSerializer(batch_view(self.scope, batch_id)).data)


class BatchItemsView(Endpoint):
    """Its cases."""

    needs: ClassVar = {"GET": READ}
    names: ClassVar = {"GET": "batch_items"}
    queries: ClassVar = {"GET": BatchItemQuery}
    problems: ClassVar = {"GET": (404,)}

    @extend_schema(summary="What became of each case", responses=BatchItemPageSerializer)
    def get(self, _request: Request, batch_id: UUID) -> Response:
        """A page of them."""
        query = self.query
        page = batch_items(
            self.scope, batch_id, status=query["status"], cursor=query.get("cursor"), limit=query["limit"]
        )
        return Response(BatchItemPageSerializer(framed(page, list(page.items))).data)


class _Act(Endpoint):
    """What is done to an act on many cases."""

    needs: ClassVar = {"POST": WRITE}
    problems: ClassVar = {"POST": (403, 404, 409)}

    def _told(self, batch_id: UUID) -> Response:
        return Response(BatchSerializer(batch_view(self.scope, batch_id)).data)


class BatchConfirmView(_Act):
    """The second person."""

    names: ClassVar = {"POST": "batch_confirm"}

    @extend_schema(
        summary="Confirm what somebody else asked for; it begins", request=None, responses=BatchSerializer
    )
    def post(self, _request: Request, batch_id: UUID) -> Response:
        """How far it is."""
        self.no_body()
        confirm_batch(batch_id, user=self.actor)
        return self._told(batch_id)


class BatchPauseView(_Act):
    """A pause."""

    names: ClassVar = {"POST": "batch_pause"}

    @extend_schema(
        summary="Let no further case have its turn for now", request=None, responses=BatchSerializer
    )
    def post(self, _request: Request, batch_id: UUID) -> Response:
        """How far it is."""
        self.no_body()
        pause_batch(batch_id, user=self.actor)
        return self._told(batch_id)


class BatchResumeView(_Act):
    """The end of a pause."""

    names: ClassVar = {"POST": "batch_resume"}

    @extend_schema(summary="Go on with what is paused", request=None, responses=BatchSerializer)
    def post(self, _request: Request, batch_id: UUID) -> Response:
        """How far it is."""
        self.no_body()
        resume_batch(batch_id, user=self.actor)
        return self._told(batch_id)


class BatchCancelView(_Act):
    """The end of it."""

    names: ClassVar = {"POST": "batch_cancel"}

    @extend_schema(summary="Leave undone what has had no turn yet", request=None, responses=BatchSerializer)
    def post(self, _request: Request, batch_id: UUID) -> Response:
        """How far it was."""
        self.no_body()
        cancel_batch(batch_id, user=self.actor)
        return self._told(batch_id)
