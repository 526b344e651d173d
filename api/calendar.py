"""The calendar of working days: a year of it, and changes by those who keep its sets."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import QueryUuid, QueryWhole, StrictSerializer, Text, Truth, Uuid
from api.organisations import visible
from api.views import Endpoint
from api.words import Words
from cases import queries
from cases.calendar import FIRST_YEAR, LAST_YEAR
from cases.services.calendar_days import Change, add_day, remove_day

SETS = ("statutory", "moved", "organisation")


class SpecialDaySerializer(serializers.Serializer[Any]):
    """A day on which work is or is not done against the week's rule; `set` says who keeps it."""

    day = serializers.DateField()
    works = serializers.BooleanField()
    set = serializers.ChoiceField(SETS, source="source")
    name = Words("name")
    legal_reference = serializers.CharField(allow_blank=True)


class CalendarSerializer(serializers.Serializer[Any]):
    """The special days of a year and its working days; `keeps` are the sets that I may change."""

    year = serializers.IntegerField()
    working_days = serializers.IntegerField()
    days = SpecialDaySerializer(many=True)
    keeps = serializers.ListField(child=serializers.CharField())


class CalendarQuery(StrictSerializer):
    """Which year, and whose own days besides those of the state."""

    year = QueryWhole(min_value=FIRST_YEAR, max_value=LAST_YEAR)
    organisation = QueryUuid(required=False)


class RemovedDaySerializer(StrictSerializer):
    """A day of a set; an organisation for a day of its own."""

    set = serializers.ChoiceField(SETS)
    day = serializers.DateField(help_text="2024-01-01 to 2035-12-31")
    organisation = Uuid(required=False)


class AddedDaySerializer(RemovedDaySerializer):
    """A day with its words."""

    works = Truth()
    name_lv = Text(max_length=200)
    name_en = Text(required=False, allow_blank=True, max_length=200)
    legal_reference = Text(required=False, allow_blank=True, max_length=300)


class MovedSerializer(serializers.Serializer[Any]):
    """About how many deadlines move; they are counted anew within minutes."""

    moves = serializers.IntegerField()


class CalendarView(Endpoint):
    """The calendar."""

    needs: ClassVar = {"GET": "processes:read"}
    names: ClassVar = {"GET": "calendar"}
    queries: ClassVar = {"GET": CalendarQuery}
    problems: ClassVar = {"GET": (404,)}

    @extend_schema(summary="The working days of a year", responses=CalendarSerializer)
    def get(self, _request: Request) -> Response:
        """The special days of the state, and of an organisation if one is named."""
        key = self.query.get("organisation")
        organisation = visible(self.scope, key) if key else None
        year = queries.calendar_year(self.scope, self.query["year"], organisation)
        return Response(CalendarSerializer(year).data)


class CalendarDaysView(Endpoint):
    """Days of the calendar."""

    needs: ClassVar = {"POST": "cases:write"}
    names: ClassVar = {"POST": "calendar_day_add"}
    problems: ClassVar = {"POST": (404, 409, 422)}

    @extend_schema(
        summary="Enter a day into a set that I keep", request=AddedDaySerializer, responses=MovedSerializer
    )
    def post(self, _request: Request) -> Response:
        """About how many deadlines move."""
        given = self.body(AddedDaySerializer)
        change = _change(self, given)
        return Response(MovedSerializer({"moves": add_day(change, user=self.actor, **given)}).data)


class CalendarDayRemovalView(Endpoint):
    """Taking days out of the calendar."""

    needs: ClassVar = {"POST": "cases:write"}
    names: ClassVar = {"POST": "calendar_day_remove"}
    problems: ClassVar = {"POST": (404, 409, 422)}

    @extend_schema(
        summary="Take a day out of a set that I keep", request=RemovedDaySerializer, responses=MovedSerializer
    )
    def post(self, _request: Request) -> Response:
        """About how many deadlines move."""
        change = _change(self, self.body(RemovedDaySerializer))
        return Response(MovedSerializer({"moves": remove_day(change, user=self.actor)}).data)


def _change(view: Endpoint, given: dict[str, Any]) -> Change:
    """The day that is meant, taken out of the body."""
    key = given.pop("organisation", None)
    organisation = visible(view.scope, key).pk if key else None
    return Change(given.pop("set"), given.pop("day"), organisation)
