"""The rows of cases."""

from .answers import Answer, Draft, FieldComment
from .audit import AuditChain, AuditEntry
from .batches import Batch, BatchItem
from .bulk import BulkAction, BulkItem
from .calendar import CalendarDay, DeadlineRule
from .cases import Case, CaseCounter
from .clock import ClockExtension, ClockSegment
from .documents import Blob, Document
from .kept import KeptText
from .links import TaskLink
from .messages import Delivery, Message, MessageDigest, MessageGroup, MessagePreference
from .previews import Preview
from .retention import LegalHold, RetentionItem, RetentionRule, RetentionRun
from .seals import AuditSeal, SealedEnd
from .signatures import Signature
from .usual_times import UsualTime
from .views import DefaultView, SavedView

__all__ = [
    "Answer",
    "AuditChain",
    "AuditEntry",
    "AuditSeal",
    "Batch",
    "BatchItem",
    "Blob",
    "BulkAction",
    "BulkItem",
    "CalendarDay",
    "Case",
    "CaseCounter",
    "ClockExtension",
    "ClockSegment",
    "DeadlineRule",
    "DefaultView",
    "Delivery",
    "Document",
    "Draft",
    "FieldComment",
    "KeptText",
    "LegalHold",
    "Message",
    "MessageDigest",
    "MessageGroup",
    "MessagePreference",
    "Preview",
    "RetentionItem",
    "RetentionRule",
    "RetentionRun",
    "SavedView",
    "SealedEnd",
    "Signature",
    "TaskLink",
    "UsualTime",
]
