"""Forms: JSON Schema files beside a diagram, and the one validator that pages and the API share."""

from .bulk import bulk_form, is_same_for_all
from .checking import check
from .context import FormContext
from .form import Choice, Fact, Field, Form, ReturnRule, ShowIf, TableRow, build, load
from .offered import record_offered
from .posting import parse_post
from .presenting import Row, present
from .sources import choice_source, choices, condition, is_asked, label_source, prefill, prefill_source
from .tables import expanded, row_source

__all__ = [
    "Choice",
    "Fact",
    "Field",
    "Form",
    "FormContext",
    "ReturnRule",
    "Row",
    "ShowIf",
    "TableRow",
    "build",
    "bulk_form",
    "check",
    "choice_source",
    "choices",
    "condition",
    "expanded",
    "is_asked",
    "is_same_for_all",
    "label_source",
    "load",
    "parse_post",
    "prefill",
    "prefill_source",
    "present",
    "record_offered",
    "row_source",
]
