"""The shapes of cases: what goes out, what comes in."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from api.answers import AnswerSerializer
from api.fields import QueryTruth, QueryUuid, StrictSerializer, Text, Truth, Uuid, Whole
from api.organisations import OrganisationSerializer
from api.pages import PageQuery, PageSerializer
from api.searching import SearchSerializer
from api.words import Words
from cases.models import Case

STATUSES = list(Case.Status.values)
STEP_STATES = ["done", "now", "ahead"]
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
    """A case; `outcome` is the process's own word, such as `granted`, empty while there is none.

    `status_name` and `outcome_name` say the same to people; `subject` is whom the case is about.
    """

    id = serializers.UUIDField()
    number = serializers.CharField()
    status = serializers.ChoiceField(STATUSES)
    status_name = serializers.CharField()
    outcome = serializers.CharField(allow_blank=True)
    outcome_name = serializers.CharField(allow_blank=True)
    process = serializers.CharField()
    process_name = serializers.CharField()
    organisation = OrganisationSerializer()
    applicant = serializers.CharField(allow_blank=True)
    subject = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    turn = TurnSerializer()


class StepSerializer(serializers.Serializer[Any]):
    """A task of the diagram: done, open now, or still ahead."""

    element = serializers.CharField()
    name = Words("name")
    state = serializers.ChoiceField(STEP_STATES)
    who = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)


class ClockPartSerializer(serializers.Serializer[Any]):
    """One time in which the clock ran or stood; `code` says why it stood, for machines."""

    runs = serializers.BooleanField()
    since = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True)
    code = serializers.CharField(allow_blank=True)
    why = Words("why", allow_blank=True)


class ClockExtensionSerializer(serializers.Serializer[Any]):
    """That the deadline was extended."""

    days = serializers.IntegerField()
    reason = serializers.CharField()
    who = serializers.CharField()
    at = serializers.DateTimeField()


class ClockSerializer(serializers.Serializer[Any]):
    """By when the case is to be decided, and how that day came about; no `due_at` while the clock stands.

    By `may_extend_by` days at most may I extend it.
    """

    state = serializers.ChoiceField(["runs", "stopped", "ended"])
    name = serializers.CharField()
    days = serializers.IntegerField()
    working_days = serializers.BooleanField(source="working")
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    is_overdue = serializers.BooleanField()
    days_left = serializers.IntegerField(source="left")
    stopped_since = serializers.DateTimeField(allow_null=True)
    text = Words("text")
    short = Words("short")
    legal_reference = serializers.CharField(allow_blank=True)
    parts = ClockPartSerializer(many=True)
    extensions = ClockExtensionSerializer(many=True)
    may_extend_by = serializers.IntegerField()


class CaseClockSerializer(serializers.Serializer[Any]):
    """The clock of a case."""

    clock = ClockSerializer(allow_null=True)


class ExtendSerializer(StrictSerializer):
    """By how many days, and why; the applicant reads the reason."""

    days = Whole(min_value=1, max_value=1000)
    reason = Text(max_length=1000)
    legal_reference = Text(required=False, allow_blank=True, max_length=300)


class CaseDetailSerializer(CaseSerializer):
    """A case with its steps and answers."""

    decided_at = serializers.DateTimeField(allow_null=True)
    steps = StepSerializer(many=True)
    answers = AnswerSerializer(many=True)
    can_withdraw = serializers.BooleanField()
    can_cancel = serializers.BooleanField()
    clock = ClockSerializer(allow_null=True)


class CasePageSerializer(PageSerializer):
    """A page of cases."""

    items = CaseSerializer(many=True)


class CaseQuery(PageQuery):
    """Which cases. A search by name is a POST: a person's name has no place in an address."""

    number = Text(required=False, pattern="[A-Z0-9-]{1,30}", help_text="Of the case, or a part of it.")
    process = Text(required=False, pattern=KEY)
    organisation = QueryUuid(required=False)
    status = serializers.ChoiceField(STATUSES, required=False)
    own = QueryTruth(required=False, default=False, help_text="Only those that I submitted.")


class CaseSearchSerializer(SearchSerializer):
    """Which cases: `text` is a number or a part of it, or words of a name."""

    process = Text(required=False, pattern=KEY)
    organisation = Uuid(required=False)
    status = serializers.ChoiceField(STATUSES, required=False)
    own = Truth(required=False, default=False, help_text="Only those that I submitted.")


class StartSerializer(StrictSerializer):
    """Which process for which organisation."""

    process = Text(pattern=KEY)
    organisation = Uuid()


class CaseStateSerializer(serializers.Serializer[Any]):
    """A case after it changed."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    status = serializers.ChoiceField(STATUSES)
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


class MilestoneSerializer(serializers.Serializer[Any]):
    """A stage that people outside speak of."""

    label: Any = Words("label")
    state = serializers.ChoiceField(STEP_STATES)
    at = serializers.DateTimeField(allow_null=True)


class ExpectationSerializer(serializers.Serializer[Any]):
    """From how long others took, in working days: half of them `usual_days`, four of five `most_days`.

    `by` is null once this case takes longer than those.
    """

    usual_days = serializers.IntegerField()
    most_days = serializers.IntegerField()
    cases = serializers.IntegerField()
    by = serializers.DateTimeField(allow_null=True)


class ContactSerializer(serializers.Serializer[Any]):
    """Whom to ask about the case."""

    name = serializers.CharField()
    email = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True)


class CaseFollowedSerializer(serializers.Serializer[Any]):
    """A case as its applicant follows it."""

    milestones = MilestoneSerializer(many=True)
    turn = TurnSerializer()
    clock = ClockSerializer(allow_null=True)
    expectation = ExpectationSerializer(allow_null=True)
    contact = ContactSerializer(allow_null=True)


class DiagramSerializer(serializers.Serializer[Any]):
    """A diagram as BPMN 2.0 XML; `done`, `now` and `flows` are ids in it."""

    xml = serializers.CharField()
    done = serializers.ListField(child=serializers.CharField())
    now = serializers.ListField(child=serializers.CharField())
    flows = serializers.ListField(child=serializers.CharField())
