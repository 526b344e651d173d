"""The rows of cases."""

from .answers import Answer, Draft, FieldComment
from .audit import AuditEntry
from .calendar import CalendarDay
from .cases import Case, CaseCounter
from .documents import Blob, Document
from .links import TaskLink
from .messages import Message

__all__ = [
    "Answer",
    "AuditEntry",
    "Blob",
    "CalendarDay",
    "Case",
    "CaseCounter",
    "Document",
    "Draft",
    "FieldComment",
    "Message",
    "TaskLink",
]
