"""Who looked at my data: for me alone, as on the page of my account."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import Day
from api.pages import PageQuery, PageSerializer, framed
from api.views import Endpoint
from api.words import chosen
from cases import queries
from cases.queries import Look, Period


class LookQuery(PageQuery):
    """Which looks; the days are included, in Riga."""

    own = serializers.BooleanField(required=False, default=False, help_text="My own looks instead.")
    first_day = Day(required=False)
    last_day = Day(required=False)


class LookRoleSerializer(serializers.Serializer[Any]):
    """A role that somebody held when they looked."""

    role = serializers.CharField()
    organisation = serializers.CharField()


class LookSerializer(serializers.Serializer[Any]):
    """A look; `what` is `case`, `task`, `document`, `message`, `account`, `list` or `search`."""

    at = serializers.DateTimeField()
    who = serializers.CharField()
    roles = LookRoleSerializer(many=True)
    what = serializers.CharField()
    title = serializers.CharField()
    channel = serializers.CharField()
    case = serializers.UUIDField(allow_null=True)
    case_number = serializers.CharField()
    process_name = serializers.CharField()
    cases_in_list = serializers.IntegerField()


class LookPageSerializer(PageSerializer):
    """A page of looks, newest first."""

    items = LookSerializer(many=True)


class LooksView(Endpoint):
    """Who looked at my data."""

    needs: ClassVar = {"GET": "account:read"}
    names: ClassVar = {"GET": "looks"}
    queries: ClassVar = {"GET": LookQuery}

    @extend_schema(summary="Who looked at my data, when and why", responses=LookPageSerializer)
    def get(self, _request: Request) -> Response:
        """A page of looks."""
        asked = self.query
        period = Period(asked.get("first_day"), asked.get("last_day"))
        found = queries.looks(
            self.actor, period, own=asked["own"], cursor=asked.get("cursor"), limit=asked["limit"]
        )
        return Response(LookPageSerializer(framed(found, [_look(look) for look in found.items])).data)


def _look(look: Look) -> dict[str, Any]:
    return {
        "at": look.at,
        "who": look.who,
        "roles": [{"role": role, "organisation": place} for role, place in look.roles],
        "what": look.what,
        "title": chosen(look.title_lv, look.title_en),
        "channel": look.channel,
        "case": look.case_public_id,
        "case_number": look.case_number,
        "process_name": chosen(look.process_lv, look.process_en),
        "cases_in_list": look.cases,
    }
