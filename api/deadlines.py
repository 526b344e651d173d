"""Deadlines: for how long each runs, its history, and setting another length from a day on."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import StrictSerializer, Text, Truth, Whole
from api.views import Endpoint
from api.words import Words
from cases.models import DeadlineRule
from cases.queries.deadlines import deadline_view, deadline_views
from cases.services.deadline_rules import (
    LONGEST_REFERENCE,
    MOST_DAYS,
    NewRule,
    effects_of,
    set_deadline,
    withdraw_rule,
)

NAME = r"[a-z][a-z0-9_.]{0,99}"
UNITS = DeadlineRule.Unit.values
STOPPED_DAYS = DeadlineRule.StoppedDay.values
STATES = ("now", "planned", "past", "withdrawn", "declared")


class CountSerializer(serializers.Serializer[Any]):
    """So many days of a unit; no legal reference: the ministry set it. `extension`: days more in all."""

    days = serializers.IntegerField()
    unit = serializers.ChoiceField(UNITS)
    extension = serializers.IntegerField()
    stopped_day = serializers.ChoiceField(STOPPED_DAYS)
    legal_reference = serializers.CharField(allow_blank=True)


class DeadlineRuleSerializer(serializers.Serializer[Any]):
    """A rule that was set, or that the process declares; who set it is told to administrators and auditors.

    `recounts`: what ran then and began on that day or later was counted anew.
    """

    state = serializers.ChoiceField(STATES)
    count = CountSerializer()
    recounts = serializers.BooleanField()
    valid_from = serializers.DateField(allow_null=True)
    valid_until = serializers.DateField(allow_null=True)
    entered_at = serializers.DateTimeField(allow_null=True)
    who = serializers.CharField(allow_blank=True)
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    withdrawn_by = serializers.CharField(allow_blank=True)


class DeadlineSerializer(serializers.Serializer[Any]):
    """A deadline: what counts for what begins today, and its rules, newest first; `sets` if I may set it."""

    name = serializers.CharField()
    title = Words("title")
    processes = serializers.SerializerMethodField()
    is_of_case = serializers.BooleanField()
    count = CountSerializer(allow_null=True)
    rules = DeadlineRuleSerializer(many=True)
    sets = serializers.BooleanField()

    def get_processes(self, view: Any) -> list[str]:
        """The keys of the processes that count by it."""
        return [one.key for one in view.processes]


class DeadlinesSerializer(serializers.Serializer[Any]):
    """Every deadline."""

    items = DeadlineSerializer(many=True)


class NewRuleSerializer(StrictSerializer):
    """So many days from a day on; `recounts`: what runs and began on that day or later is counted anew."""

    name = Text(pattern=NAME)
    days = Whole(min_value=1, max_value=MOST_DAYS)
    unit = serializers.ChoiceField(UNITS)
    valid_from = serializers.DateField(help_text="2024-01-01 to 2035-12-31")
    extension = Whole(required=False, min_value=0, max_value=MOST_DAYS)
    stopped_day = serializers.ChoiceField(STOPPED_DAYS, required=False)
    legal_reference = Text(required=False, allow_blank=True, max_length=LONGEST_REFERENCE)
    recounts = Truth(required=False)


class WithdrawnRuleSerializer(StrictSerializer):
    """The rule that was to be in force from a day on that is still to come."""

    name = Text(pattern=NAME)
    valid_from = serializers.DateField()


class EffectsSerializer(serializers.Serializer[Any]):
    """How many open cases keep their rule and how many get this one, by which so many are late at once.

    `until`: from that day on another rule stands already.
    """

    keep = serializers.IntegerField()
    change = serializers.IntegerField()
    late = serializers.IntegerField()
    until = serializers.DateField(allow_null=True)


class DeadlinesView(Endpoint):
    """Deadlines."""

    needs: ClassVar = {"GET": "processes:read"}
    names: ClassVar = {"GET": "deadlines"}

    @extend_schema(summary="The deadlines, and how long each runs", responses=DeadlinesSerializer)
    def get(self, _request: Request) -> Response:
        """What counts for what begins today, and the history of each."""
        return Response(DeadlinesSerializer({"items": deadline_views(self.scope)}).data)


class DeadlineCheckView(Endpoint):
    """Asking what a rule would do."""

    needs: ClassVar = {"POST": "cases:write"}
    names: ClassVar = {"POST": "deadline_check"}
    problems: ClassVar = {"POST": (404, 422)}

    @extend_schema(
        summary="What a deadline would do to open cases",
        request=NewRuleSerializer,
        responses=EffectsSerializer,
    )
    def post(self, _request: Request) -> Response:
        """How many open cases keep theirs; nothing is changed."""
        rule = NewRule(**self.body(NewRuleSerializer))
        return Response(EffectsSerializer(effects_of(rule, user=self.actor)).data)


class DeadlineSettingView(Endpoint):
    """Setting deadlines."""

    needs: ClassVar = {"POST": "cases:write"}
    names: ClassVar = {"POST": "deadline_set"}
    problems: ClassVar = {"POST": (404, 422)}

    @extend_schema(
        summary="Set how long a deadline runs", request=NewRuleSerializer, responses=EffectsSerializer
    )
    def post(self, _request: Request) -> Response:
        """How many open cases keep their rule; the others are counted anew within minutes."""
        rule = NewRule(**self.body(NewRuleSerializer))
        return Response(EffectsSerializer(set_deadline(rule, user=self.actor)).data)


class DeadlineWithdrawalView(Endpoint):
    """Taking back what is not in force yet."""

    needs: ClassVar = {"POST": "cases:write"}
    names: ClassVar = {"POST": "deadline_withdraw"}
    problems: ClassVar = {"POST": (404, 422)}

    @extend_schema(
        summary="Take back a rule that is not in force yet",
        request=WithdrawnRuleSerializer,
        responses=DeadlineSerializer,
    )
    def post(self, _request: Request) -> Response:
        """The deadline as it is now."""
        given = self.body(WithdrawnRuleSerializer)
        withdraw_rule(given["name"], given["valid_from"], user=self.actor)
        return Response(DeadlineSerializer(deadline_view(self.scope, given["name"])).data)
