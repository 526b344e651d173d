"""What is held of a person: told in one report, and erased, table by table through registered sources."""

from . import people, contents, batches, accounts  # isort: skip (the order of the report)
from .erasing import Erasure, Kept, Mentioned, erase_subject, plan_erasure
from .reporting import subject_report
from .sources import SOURCES, Source, Subject, source, subject_of

del people, contents, batches, accounts

__all__ = [
    "SOURCES",
    "Erasure",
    "Kept",
    "Mentioned",
    "Source",
    "Subject",
    "erase_subject",
    "plan_erasure",
    "source",
    "subject_of",
    "subject_report",
]
