"""The shapes of cases: what goes out, what comes in."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from api.fields import QueryTruth, QueryUuid, StrictSerializer, Text, Uuid
from api.organisations import OrganisationSerializer
from api.pages import PageQuery, PageSerializer
from api.words import Words
from cases.models import Case

KEY = "[a-z][a-z0-9_]{0,59}"


class TurnSerializer(serializers.Serializer[Any]):
    """Whose turn it is, since when and until when, and how that day was counted; `task` is mine, if it is."""

    text = Words("text")
    since = serializers.DateTimeField(allow_null=True)
    until = serializers.DateTimeField(allow_null=True)
    mine = serializers.BooleanField()
    explanation = Words("explanation", allow_blank=True)
    task = serializers.UUIDField(source="task_public_id", allow_null=True)


class CaseSerializer(serializers.Serializer[Any]):
    """A case; `outcome` is the process's own word, such as `granted`, empty while there is none."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    status = serializers.ChoiceField(Case.Status.values)
    outcome = serializers.CharField(allow_blank=True)
    process = serializers.CharField()
    process_name = serializers.CharField()
    organisation = OrganisationSerializer()
    applicant = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    turn = TurnSerializer()


class StepSerializer(serializers.Serializer[Any]):
    """A task of the diagram: done, open now, or still ahead."""

    element = serializers.CharField()
    name = Words("name")
    state = serializers.ChoiceField(["done", "now", "ahead"])
    who = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)


class AnswerSerializer(serializers.Serializer[Any]):
    """The newest answers to one form."""

    form = serializers.CharField()
    title = serializers.CharField()
    content = serializers.DictField()
    who = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField()


class CaseDetailSerializer(CaseSerializer):
    """A case with its steps and answers."""

    subject = serializers.CharField(allow_blank=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    steps = StepSerializer(many=True)
    answers = AnswerSerializer(many=True)
    can_withdraw = serializers.BooleanField()
    can_cancel = serializers.BooleanField()


class CasePageSerializer(PageSerializer):
    """A page of cases."""

    items = CaseSerializer(many=True)


class CaseQuery(PageQuery):
    """Which cases. There is no search by name: a person's name has no place in an address."""

    number = Text(required=False, pattern="[A-Z0-9-]{1,30}", help_text="Of the case, or a part of it.")
    process = Text(required=False, pattern=KEY)
    organisation = QueryUuid(required=False)
    status = serializers.ChoiceField(Case.Status.values, required=False)
    own = QueryTruth(required=False, default=False, help_text="Only those that I submitted.")


class StartSerializer(StrictSerializer):
    """Which process for which organisation."""

    process = Text(pattern=KEY)
    organisation = Uuid()


class CaseStateSerializer(serializers.Serializer[Any]):
    """A case after it changed."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    status = serializers.ChoiceField(Case.Status.values)
    outcome = serializers.CharField(allow_blank=True)


class StartedSerializer(serializers.Serializer[Any]):
    """A started case and my first task in it."""

    case = CaseStateSerializer()
    task = serializers.UUIDField(allow_null=True)


class HappeningSerializer(serializers.Serializer[Any]):
    """One thing that happened; `quote` are somebody's own words."""

    at = serializers.DateTimeField()
    text = Words("text")
    who = serializers.CharField(allow_blank=True)
    kind = serializers.CharField()
    quote = serializers.CharField(allow_blank=True)


class TimelineSerializer(serializers.Serializer[Any]):
    """Everything that happened in a case, in order."""

    items = HappeningSerializer(many=True)


class DiagramSerializer(serializers.Serializer[Any]):
    """A diagram as BPMN 2.0 XML; `done`, `now` and `flows` are ids in it."""

    xml = serializers.CharField()
    done = serializers.ListField(child=serializers.CharField())
    now = serializers.ListField(child=serializers.CharField())
    flows = serializers.ListField(child=serializers.CharField())
