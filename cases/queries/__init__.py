"""Reads of cases for pages and the API; every one is limited by the scope of who asks."""

from .detail import case_detail
from .inbox import counts, inbox
from .links import link_of, link_story
from .lists import cases_list
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
    CommentView,
    DiagramView,
    DraftView,
    InboxFilters,
    InboxRow,
    LinkStory,
    LinkView,
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
    "CaseFilters",
    "CasePage",
    "CaseRow",
    "CaseView",
    "CommentView",
    "DiagramView",
    "DraftView",
    "InboxFilters",
    "InboxRow",
    "LinkStory",
    "LinkView",
    "Milestone",
    "Page",
    "QueueCounts",
    "StepItem",
    "TaskView",
    "TimelineItem",
    "Turn",
    "case_detail",
    "cases_list",
    "counts",
    "diagram",
    "inbox",
    "link_of",
    "link_story",
    "milestones",
    "steps",
    "task_detail",
    "timeline",
    "whose_turn",
]
