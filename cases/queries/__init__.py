"""Reads of cases for pages and the API; every one is limited by the scope of who asks."""

from .bulk import BulkPreview, BulkRow, bulk_preview
from .bulk_result import BulkItemPage, BulkItemRow, BulkView, bulk_items, bulk_view, bulks_to_tell
from .calendar import DayView, YearView, calendar_organisations, calendar_year
from .clock import legal_clock
from .colleagues import Colleague, colleagues
from .detail import case_detail
from .documents import document_groups
from .inbox import count, counts, following, inbox
from .links import link_of, link_story
from .lists import cases_list
from .looks import Period, looks
from .messages import digest_detail, message_detail, messages_list, unread_count
from .saved_views import SavedViewRow, saved_views
from .steps import diagram, milestones, steps
from .task import task_detail
from .timeline import timeline
from .turn import whose_turn
from .views import (
    AnswerView,
    CaseFilters,
    CasePage,
    CaseRow,
    CaseView,
    ClockExtensionView,
    ClockPart,
    CommentView,
    DiagramView,
    DraftView,
    Following,
    InboxFilters,
    InboxRow,
    LegalClock,
    LinkStory,
    LinkView,
    Look,
    LookPage,
    MessageFilters,
    MessageRow,
    MessageView,
    Milestone,
    Page,
    QueueCounts,
    StepItem,
    TaskView,
    TimelineItem,
    Turn,
)

__all__ = [
    "AnswerView",
    "BulkItemPage",
    "BulkItemRow",
    "BulkPreview",
    "BulkRow",
    "BulkView",
    "CaseFilters",
    "CasePage",
    "CaseRow",
    "CaseView",
    "ClockExtensionView",
    "ClockPart",
    "Colleague",
    "CommentView",
    "DayView",
    "DiagramView",
    "DraftView",
    "Following",
    "InboxFilters",
    "InboxRow",
    "LegalClock",
    "LinkStory",
    "LinkView",
    "Look",
    "LookPage",
    "MessageFilters",
    "MessageRow",
    "MessageView",
    "Milestone",
    "Page",
    "Period",
    "QueueCounts",
    "SavedViewRow",
    "StepItem",
    "TaskView",
    "TimelineItem",
    "Turn",
    "YearView",
    "bulk_items",
    "bulk_preview",
    "bulk_view",
    "bulks_to_tell",
    "calendar_organisations",
    "calendar_year",
    "case_detail",
    "cases_list",
    "colleagues",
    "count",
    "counts",
    "diagram",
    "digest_detail",
    "document_groups",
    "following",
    "inbox",
    "legal_clock",
    "link_of",
    "link_story",
    "looks",
    "message_detail",
    "messages_list",
    "milestones",
    "saved_views",
    "steps",
    "task_detail",
    "timeline",
    "unread_count",
    "whose_turn",
]
