"""Campaigns: one process started for many institutions, looked at first; how far each is."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.campaign_shapes import (
    CampaignInSerializer,
    CampaignItemPageSerializer,
    CampaignItemQuery,
    CampaignPreviewSerializer,
    CampaignProcessesSerializer,
    CampaignSerializer,
    CampaignsSerializer,
    SelectionSerializer,
)
from api.pages import framed
from api.searching import Search
from api.views import Endpoint
from cases.campaigns import KIND
from cases.errors import NotFound
from cases.queries.batches import BatchView, batch_items, batch_view, newest_batches
from cases.queries.campaigns import campaign_preview, campaign_processes, finished_cases
from cases.services import batches as services
from cases.services.campaigns import Selection, start_campaign

READ, WRITE = "cases:read", "cases:write"


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
