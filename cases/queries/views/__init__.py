"""What pages and the API learn: frozen values, in both languages where they are words."""

from .answers import AnswerView, CommentView, DraftView
from .case import CaseFilters, CasePage, CaseRow, CaseView
from .clock import ClockExtensionView, ClockPart, LegalClock
from .course import DiagramView, Milestone, StepItem, TimelineItem, Turn
from .inbox import Following, InboxFilters, InboxRow, Page, Queue, QueueCounts, Sort, State
from .links import LinkState, LinkStory, LinkView
from .looks import Look, LookPage
from .messages import DigestView, MessageFilters, MessagePage, MessageRow, MessageView
from .task import TaskView

__all__ = [
    "AnswerView",
    "CaseFilters",
    "CasePage",
    "CaseRow",
    "CaseView",
    "ClockExtensionView",
    "ClockPart",
    "CommentView",
    "DiagramView",
    "DigestView",
    "DraftView",
    "Following",
    "InboxFilters",
    "InboxRow",
    "LegalClock",
    "LinkState",
    "LinkStory",
    "LinkView",
    "Look",
    "LookPage",
    "MessageFilters",
    "MessagePage",
    "MessageRow",
    "MessageView",
    "Milestone",
    "Page",
    "Queue",
    "QueueCounts",
    "Sort",
    "State",
    "StepItem",
    "TaskView",
    "TimelineItem",
    "Turn",
]
