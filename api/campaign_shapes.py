"""Shapes of campaigns: where one would start, what is asked for, how far it is."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.fields import Day, StrictSerializer, Text, Uuid
from api.pages import PageQuery, PageSerializer
from api.words import Words
from cases.queries.campaigns import KINDS, LeftOutGroup
from cases.services.batches import LONGEST_REASON

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
