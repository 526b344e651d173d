"""What pages and the API learn: frozen values, in both languages where they are words."""

from .answers import AnswerView, CommentView, DraftView
from .case import CaseFilters, CasePage, CaseRow, CaseView
from .course import DiagramView, Milestone, StepItem, TimelineItem, Turn
from .inbox import InboxFilters, InboxRow, Page, Queue, QueueCounts, State
from .links import LinkState, LinkStory, LinkView
from .task import TaskView

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
    "LinkState",
    "LinkStory",
    "LinkView",
    "Milestone",
    "Page",
    "Queue",
    "QueueCounts",
    "State",
    "StepItem",
    "TaskView",
    "TimelineItem",
    "Turn",
]
