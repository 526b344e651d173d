"""The shapes of tasks: what goes out, what comes in."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from api.answers import AnswerSerializer, CommentSerializer
from api.documents import DocumentSerializer
from api.fields import Object, QueryTruth, QueryUuid, StrictSerializer, Text, Truth, Uuid, Whole
from api.organisations import OrganisationSerializer
from api.pages import PageQuery, PageSerializer
from api.searching import SearchSerializer
from cases.errors import Reason
from cases.models import Case

REASONS = list(Reason.values)
CASE_STATUSES = list(Case.Status.values)
STATUSES = ["open", "completed", "cancelled"]
QUEUES = ["mine", "group", "waiting", "all"]
STATES = ["new", "mine", "taken", "returned", "corrected"]


class TaskCaseSerializer(serializers.Serializer[Any]):
    """The case that a task belongs to."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    status = serializers.ChoiceField(CASE_STATUSES)
    process = serializers.CharField()
    process_name = serializers.CharField()
    organisation = OrganisationSerializer()


class TaskSerializer(serializers.Serializer[Any]):
    """A task; `assignee` is empty while it waits for somebody of its group."""

    id = serializers.UUIDField()
    element = serializers.CharField()
    name = serializers.CharField()
    form = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(STATUSES)
    group = serializers.CharField(allow_blank=True)
    assignee = serializers.CharField(allow_blank=True)
    is_mine = serializers.BooleanField()
    opened_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)
    is_overdue = serializers.BooleanField()
    case = TaskCaseSerializer()


class InboxItemSerializer(TaskSerializer):
    """A task in the inbox; `blocked` says why I may not do it although it is in my group."""

    state = serializers.ChoiceField(STATES)
    blocked = serializers.ChoiceField(REASONS, allow_null=True)


class DraftSerializer(serializers.Serializer[Any]):
    """What was typed and not sent; `version` counts its savings, 0 when there is none."""

    content = serializers.DictField()
    version = serializers.IntegerField()
    author_name = serializers.CharField(allow_blank=True)
    is_mine = serializers.BooleanField()
    saved_at = serializers.DateTimeField(allow_null=True)


class TaskDetailSerializer(TaskSerializer):
    """A task; `values` is what its form begins with, `against` why I may not complete it.

    `earlier` are the answers given before, corrected ones with what they replaced.
    In a correction `open_fields` are those that may change, otherwise it is null.
    """

    due_explanation = serializers.CharField(allow_blank=True)
    values = serializers.DictField()
    open_fields = serializers.ListField(child=serializers.CharField(), allow_null=True)
    comments = CommentSerializer(many=True)
    earlier = AnswerSerializer(many=True)
    draft = DraftSerializer(allow_null=True)
    documents = DocumentSerializer(many=True)
    against = serializers.ChoiceField(REASONS, allow_null=True)
    can_claim = serializers.BooleanField()
    can_release = serializers.BooleanField()
    can_return = serializers.BooleanField()
    returned_form = serializers.CharField(allow_null=True)
    done_by = serializers.CharField(allow_blank=True)
    done_at = serializers.DateTimeField(allow_null=True)


class CountsSerializer(serializers.Serializer[Any]):
    """How many tasks wait in each part of the inbox; counting stops at 1000."""

    mine = serializers.IntegerField()
    group = serializers.IntegerField()
    waiting = serializers.IntegerField()
    overdue = serializers.IntegerField()
    due_this_week = serializers.IntegerField()


class TaskPageSerializer(PageSerializer):
    """A page of the inbox."""

    counts = CountsSerializer()
    items = InboxItemSerializer(many=True)


SORTS = ["due", "newest"]


class TaskQuery(PageQuery):
    """Which tasks. A search by name is a POST: a person's name has no place in an address."""

    queue = serializers.ChoiceField(QUEUES, required=False, default="mine")
    number = Text(required=False, pattern="[A-Z0-9-]{1,30}", help_text="Of the case, or its beginning.")
    process = Text(required=False, pattern="[a-z][a-z0-9_]{0,59}")
    organisation = QueryUuid(required=False)
    overdue = QueryTruth(required=False, default=False)
    due_week = QueryTruth(required=False, default=False)
    sort = serializers.ChoiceField(SORTS, required=False, default="due")


class TaskSearchSerializer(SearchSerializer):
    """Which tasks: `text` is a number of a case or its beginning, or words of a name."""

    queue = serializers.ChoiceField(QUEUES, required=False, default="mine")
    process = Text(required=False, pattern="[a-z][a-z0-9_]{0,59}")
    organisation = Uuid(required=False)
    overdue = Truth(required=False, default=False)
    due_week = Truth(required=False, default=False)
    sort = serializers.ChoiceField(SORTS, required=False, default="due")


class ClaimSerializer(StrictSerializer):
    """How to take it."""

    take_over = Truth(required=False, default=False)


class HeldSerializer(serializers.Serializer[Any]):
    """A task after it changed hands."""

    id = serializers.UUIDField()
    element = serializers.CharField()
    group = serializers.CharField(allow_blank=True)
    is_free = serializers.BooleanField()
    due_at = serializers.DateTimeField(allow_null=True)


class CompleteSerializer(StrictSerializer):
    """Answers by field; `draft_version` refuses when somebody saved another draft meanwhile."""

    answers = Object()
    draft_version = Whole(required=False, allow_null=True, min_value=0, max_value=2**31 - 1)


class ReturnSerializer(StrictSerializer):
    """What to correct, field by field of the returned form; `answers` are those of this task's own form."""

    comments = serializers.DictField(child=Text(max_length=2000))
    answers = Object(required=False, default=dict)


class CompletedSerializer(serializers.Serializer[Any]):
    """What a completion did; `next_task` is what is next for me, if anything."""

    task = serializers.UUIDField()
    case = serializers.UUIDField()
    case_number = serializers.CharField()
    case_status = serializers.ChoiceField(CASE_STATUSES)
    next_task = serializers.UUIDField(allow_null=True)


class DraftInSerializer(StrictSerializer):
    """What is typed; `version` is the one that it replaces, 0 or null if there is none yet."""

    content = Object()
    version = Whole(required=False, allow_null=True, min_value=0, max_value=2**31 - 1)


class ComparedSerializer(StrictSerializer):
    """What is typed and not saved."""

    content = Object()


class DifferenceSerializer(serializers.Serializer[Any]):
    """A question whose two answers differ; null is no answer."""

    field = serializers.CharField()
    title = serializers.CharField()
    given = serializers.JSONField()
    saved = serializers.JSONField()


class ComparisonSerializer(serializers.Serializer[Any]):
    """What the saved draft says otherwise than what is typed, in the form's order."""

    draft = DraftSerializer(allow_null=True)
    differences = DifferenceSerializer(many=True)
