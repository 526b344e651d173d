"""Forms: JSON Schema files beside a diagram, and the one validator that pages and the API share."""

from .checking import check
from .context import FormContext
from .form import Choice, Field, Form, ReturnRule, ShowIf, build, load
from .posting import parse_post
from .presenting import Row, present
from .sources import choice_source, choices, label_source, prefill, prefill_source

__all__ = [
    "Choice",
    "Field",
    "Form",
    "FormContext",
    "ReturnRule",
    "Row",
    "ShowIf",
    "build",
    "check",
    "choice_source",
    "choices",
    "label_source",
    "load",
    "parse_post",
    "prefill",
    "prefill_source",
    "present",
]
