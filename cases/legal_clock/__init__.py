"""The legal clock of a case as plain values: segments in, the due date out; nothing here reads a row."""

from .counting import Reckoned, WorkingDays, days_stood, reckon
from .segments import Clock, Extension, Rule, Segment, State, turned

__all__ = [
    "Clock",
    "Extension",
    "Reckoned",
    "Rule",
    "Segment",
    "State",
    "WorkingDays",
    "days_stood",
    "reckon",
    "turned",
]
