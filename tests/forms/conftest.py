"""A form with every kind of field, and the context of a case."""

from datetime import UTC, datetime

import pytest

from accounts.actors import SYSTEM
from cases.forms import FormContext, build
from cases.models import Case
from registries.models import Organisation

SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Paraugs",
    "x-title": {"lv": "Paraugs", "en": "Sample"},
    "x-submit": {"lv": "Sūtīt", "en": "Send"},
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "agree"],
    "x-order": ["kind", "name"],
    "properties": {
        "name": {"type": "string", "title": "Vārds", "x-en": {"title": "Name"}, "maxLength": 20},
        "kind": {
            "type": "string",
            "enum": ["a", "b"],
            "title": "Veids",
            "x-en": {"title": "Kind"},
            "x-labels": {"a": {"lv": "Pirmais", "en": "First"}, "b": {"lv": "Otrais", "en": "Second"}},
        },
        "detail": {
            "type": "string",
            "x-kind": "textarea",
            "title": "Sīkāk",
            "x-en": {"title": "Detail"},
            "x-show-if": {"kind": "b"},
            "x-messages": {"required": {"lv": "Paskaidrojiet.", "en": "Explain."}},
        },
        "deeper": {"type": "string", "title": "Vēl", "x-show-if": {"detail": "more"}},
        "code": {"type": "string", "x-kind": "code", "title": "Personas kods", "x-en": {"title": "Code"}},
        "mail": {"type": "string", "format": "email", "title": "E-pasts", "x-en": {"title": "E-mail"}},
        "phone": {"type": "string", "x-kind": "phone", "title": "Tālrunis", "x-en": {"title": "Phone"}},
        "day": {
            "type": "string",
            "format": "date",
            "title": "Diena",
            "x-en": {"title": "Day"},
            "x-not-before": "today",
        },
        "count": {
            "type": "integer",
            "minimum": 1,
            "maximum": 9,
            "title": "Skaits",
            "x-en": {"title": "Count"},
        },
        "share": {"type": "number", "title": "Daļa", "x-en": {"title": "Share"}},
        "some": {
            "type": "array",
            "items": {"type": "string", "enum": ["x", "y"]},
            "uniqueItems": True,
            "title": "Daži",
            "x-en": {"title": "Some"},
            "x-labels": {"x": {"lv": "Iks", "en": "Ex"}},
        },
        "agree": {"type": "boolean", "const": True, "title": "Piekrītu", "x-en": {"title": "I agree"}},
        "file": {"type": "string", "x-kind": "file", "title": "Datne", "x-en": {"title": "File"}},
    },
    "allOf": [
        {
            "if": {"properties": {"kind": {"const": "b"}}, "required": ["kind"]},
            "then": {"required": ["detail"]},
        }
    ],
    "x-variables": {"kind": "kind"},
    "x-return": {"form": "other", "field": "kind", "value": "a"},
}


@pytest.fixture
def form():
    return build("sample", SCHEMA)


@pytest.fixture
def context():
    case = Case(organisation=Organisation(name="Egļkalnu pamatskola", kind="general"))
    return FormContext(case, None, SYSTEM, datetime(2026, 3, 2, 22, 30, tzinfo=UTC))
