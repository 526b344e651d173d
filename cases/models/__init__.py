"""The rows of cases."""

from .answers import Answer, Draft, FieldComment
from .audit import AuditChain, AuditEntry
from .calendar import CalendarDay, DeadlineRule
from .cases import Case, CaseCounter
from .documents import Blob, Document
from .links import TaskLink
from .messages import Message

__all__ = [
    "Answer",
    "AuditChain",
    "AuditEntry",
    "Blob",
    "CalendarDay",
    "Case",
    "CaseCounter",
    "DeadlineRule",
    "Document",
    "Draft",
    "FieldComment",
    "Message",
    "TaskLink",
]
