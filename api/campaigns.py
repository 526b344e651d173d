"""Campaigns: one process started for many institutions, looked at first; how far each is."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import Day, StrictSerializer, Text, Uuid
from api.pages import PageQuery, PageSerializer, framed
from api.searching import Search
from api.views import Endpoint
from api.words import Words
from cases.campaigns import KIND
from cases.errors import NotFound
from cases.queries.batches import BatchView, batch_items, batch_view, newest_batches
from cases.queries.campaigns import (
    KINDS,
    LeftOutGroup,
    campaign_preview,
    campaign_processes,
    finished_cases,
)
from cases.services import batches as services
from cases.services.batches import LONGEST_REASON
from cases.services.campaigns import Selection, start_campaign

READ, WRITE = "cases:read", "cases:write"
STATES = ["running", "paused", "cancelled", "ended"]
STATUSES = ["waiting", "done", "failed", "refused", "not_run"]
MOST_MUNICIPALITIES = 100
# So many institutions are named of those that are left out for one reason.
NAMED = 100


class SelectionSerializer(StrictSerializer):
    """A process and in which institutions: of these kinds, municipalities and founder; what is empty, all."""

    process = Text(max_length=60)
    kinds = serializers.ListField(child=serializers.ChoiceField(KINDS), required=False, max_length=len(KINDS))
    municipalities = serializers.ListField(child=Uuid(), required=False, max_length=MOST_MUNICIPALITIES)
    founder = Uuid(required=False, allow_null=True)


class CampaignInSerializer(SelectionSerializer):
    """As looked at, with the reason and, where the process counts to one, the last day to answer."""

    reason = Text(max_length=LONGEST_REASON)
    due = Day(required=False, allow_null=True)


class CampaignProcessSerializer(serializers.Serializer[Any]):
    """A process that I may start in many institutions; `asks_day`: it counts to a last day."""

    key = serializers.CharField()
    name = Words("name")
    asks_day = serializers.BooleanField()


class CampaignProcessesSerializer(serializers.Serializer[Any]):
    """All of them."""

    items = CampaignProcessSerializer(many=True)


class InstitutionSerializer(serializers.Serializer[Any]):
    """An institution by its id and name."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()


class LeftOutSerializer(serializers.Serializer[Any]):
    """Those left out for one reason: how many, and the first hundred by name."""

    code = serializers.CharField()
    because = Words("because")
    count = serializers.SerializerMethodField()
    institutions = serializers.SerializerMethodField()

    def get_count(self, group: LeftOutGroup) -> int:
        """How many."""
        return len(group.organisations)

    @extend_schema_field(InstitutionSerializer(many=True))
    def get_institutions(self, group: LeftOutGroup) -> Any:
        """The first of them."""
        return InstitutionSerializer(group.organisations[:NAMED], many=True).data


class CampaignPreviewSerializer(serializers.Serializer[Any]):
    """What a campaign would do as things stand: in how many institutions, of which kinds, who is left out."""

    institutions = serializers.IntegerField()
    by_kind = serializers.DictField(child=serializers.IntegerField())
    left_out = LeftOutSerializer(many=True)


class CampaignSerializer(serializers.Serializer[Any]):
    """How far a campaign is; `finished` counts the cases that it started and that are over."""

    id = serializers.UUIDField(source="view.public_id")
    process = serializers.CharField(source="view.process_key")
    reason = serializers.CharField(source="view.reason")
    due = serializers.DateField(source="view.arguments.due", default=None, allow_null=True)
    state = serializers.ChoiceField(STATES, source="view.state")
    asked_by = serializers.CharField(source="view.asked_by")
    asked_at = serializers.DateTimeField(source="view.asked_at")
    ended_at = serializers.DateTimeField(source="view.ended_at", allow_null=True)
    total = serializers.IntegerField(source="view.total")
    waiting = serializers.IntegerField(source="view.waiting")
    started = serializers.IntegerField(source="view.done")
    failed = serializers.IntegerField(source="view.failed")
    refused = serializers.IntegerField(source="view.refused")
    not_run = serializers.IntegerField(source="view.not_run")
    finished = serializers.IntegerField()


class CampaignsSerializer(serializers.Serializer[Any]):
    """The newest ones that I may see."""

    items = CampaignSerializer(many=True)


class CampaignItemSerializer(serializers.Serializer[Any]):
    """One institution; `code` and `because` say why it was not started."""

    institution = serializers.CharField(source="organisation")
    case = serializers.UUIDField(source="case_public_id", allow_null=True)
    case_number = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(STATUSES)
    code = serializers.CharField(allow_blank=True)
    because = Words("because")
    at = serializers.DateTimeField(allow_null=True)


class CampaignItemPageSerializer(PageSerializer):
    """A page of institutions."""

    items = CampaignItemSerializer(many=True)


class CampaignItemQuery(PageQuery):
    """Which of them."""

    status = serializers.ChoiceField(STATUSES, required=False)


class CampaignProcessesView(Endpoint):
    """Processes for campaigns."""

    needs: ClassVar = {"GET": READ}
    names: ClassVar = {"GET": "campaign_processes"}

    @extend_schema(
        summary="The processes that I may start in many institutions", responses=CampaignProcessesSerializer
    )
    def get(self, _request: Request) -> Response:
        """None for who may start none."""
        return Response(CampaignProcessesSerializer({"items": campaign_processes(self.scope)}).data)


class CampaignPreviewView(Search):
    """Looking before asking."""

    needs: ClassVar = {"POST": READ}
    names: ClassVar = {"POST": "campaign_preview"}

    @extend_schema(
        summary="Where a campaign would start",
        request=SelectionSerializer,
        responses=CampaignPreviewSerializer,
    )
    def post(self, _request: Request) -> Response:
        """How many institutions, and who is left out and why; nothing is started."""
        given = self.body(SelectionSerializer)
        found = campaign_preview(self.scope, given["process"], _selection(given))
        told = {
            "institutions": len(found.to_start),
            "by_kind": found.by_kind,
            "left_out": found.left_out,
        }
        return Response(CampaignPreviewSerializer(told).data)


class CampaignsView(Endpoint):
    """Campaigns."""

    needs: ClassVar = {"GET": READ, "POST": WRITE}
    names: ClassVar = {"GET": "campaigns", "POST": "campaign_start"}
    keyed: ClassVar = ("POST",)
    problems: ClassVar = {"POST": (404, 422)}

    @extend_schema(summary="The newest campaigns", responses=CampaignsSerializer)
    def get(self, _request: Request) -> Response:
        """Mine; all of them for an administrator."""
        rows = [_shown(self, one) for one in newest_batches(self.scope) if one.kind == KIND]
        return Response(CampaignsSerializer({"items": rows}).data)

    @extend_schema(
        summary="Start a process in many institutions",
        request=CampaignInSerializer,
        responses={202: CampaignSerializer},
    )
    def post(self, _request: Request) -> Response:
        """Asked for: each institution gets its case once, and may be left out for itself at its turn."""
        given = self.body(CampaignInSerializer)
        asked = start_campaign(
            given["process"],
            _selection(given),
            user=self.actor,
            reason=given["reason"],
            due=given.get("due"),
            idempotency_key=self.idempotency_key,
        )
        view = batch_view(self.scope, asked.public_id)
        return Response(CampaignSerializer(_shown(self, view)).data, status=202)


class CampaignView(Endpoint):
    """One campaign."""

    needs: ClassVar = {"GET": READ}
    names: ClassVar = {"GET": "campaign"}

    @extend_schema(summary="How far a campaign is", responses=CampaignSerializer)
    def get(self, _request: Request, campaign_id: UUID) -> Response:
        """How many institutions were started, refused, failed, left, and how many wait."""
        return Response(CampaignSerializer(_shown(self, _view(self, campaign_id))).data)


class CampaignItemsView(Endpoint):
    """What became of each institution."""

    needs: ClassVar = {"GET": READ}
    names: ClassVar = {"GET": "campaign_items"}
    queries: ClassVar = {"GET": CampaignItemQuery}

    @extend_schema(summary="What became of each institution", responses=CampaignItemPageSerializer)
    def get(self, _request: Request, campaign_id: UUID) -> Response:
        """A page of institutions in the order of their turns."""
        asked = self.query
        _view(self, campaign_id)
        page = batch_items(
            self.scope,
            campaign_id,
            status=asked.get("status", ""),
            cursor=asked.get("cursor"),
            limit=asked["limit"],
        )
        return Response(CampaignItemPageSerializer(framed(page, list(page.items))).data)


class _Act(Endpoint):
    """Something done to a campaign as a whole."""

    needs: ClassVar = {"POST": WRITE}
    problems: ClassVar = {"POST": (404, 409)}
    service: ClassVar[Any]

    def done(self, campaign_id: UUID) -> Response:
        """The campaign after it."""
        self.no_body()
        _view(self, campaign_id)
        type(self).service(campaign_id, user=self.actor)
        return Response(CampaignSerializer(_shown(self, _view(self, campaign_id))).data)


class CampaignPauseView(_Act):
    """Pausing."""

    names: ClassVar = {"POST": "campaign_pause"}
    service = staticmethod(services.pause_batch)

    @extend_schema(summary="Start nothing further for now", request=None, responses=CampaignSerializer)
    def post(self, _request: Request, campaign_id: UUID) -> Response:
        """What has started goes on."""
        return self.done(campaign_id)


class CampaignResumeView(_Act):
    """Going on."""

    names: ClassVar = {"POST": "campaign_resume"}
    service = staticmethod(services.resume_batch)

    @extend_schema(summary="Go on with a paused campaign", request=None, responses=CampaignSerializer)
    def post(self, _request: Request, campaign_id: UUID) -> Response:
        """With what waits still."""
        return self.done(campaign_id)


class CampaignCancelView(_Act):
    """Stopping."""

    names: ClassVar = {"POST": "campaign_cancel"}
    service = staticmethod(services.cancel_batch)

    @extend_schema(summary="Start nothing further", request=None, responses=CampaignSerializer)
    def post(self, _request: Request, campaign_id: UUID) -> Response:
        """What has started goes on."""
        return self.done(campaign_id)


def _selection(given: dict[str, Any]) -> Selection:
    return Selection(
        kinds=tuple(given.get("kinds", ())),
        municipalities=tuple(given.get("municipalities", ())),
        founder=given.get("founder"),
    )


def _view(endpoint: Endpoint, campaign_id: UUID) -> BatchView:
    view = batch_view(endpoint.scope, campaign_id)
    if view.kind != KIND:
        raise NotFound
    return view


def _shown(endpoint: Endpoint, view: BatchView) -> dict[str, Any]:
    finished = finished_cases(endpoint.scope, view.public_id, view.process_key) if view.done else 0
    return {"view": view, "finished": finished}
