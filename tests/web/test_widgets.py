"""A form's fields as the templates draw them."""

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from cases.errors import FieldError
from cases.forms import build
from web.widgets import Filling, Note, problems, widgets

SCHEMA = {
    "x-title": {"lv": "Veidlapa", "en": "Form"},
    "type": "object",
    "required": ["kind", "until"],
    "properties": {
        "kind": {
            "type": "string",
            "enum": ["grant", "revoke"],
            "title": "Kas jādara?",
            "x-labels": {
                "grant": {"lv": "Piešķirt", "en": "Grant"},
                "revoke": {"lv": "Atņemt", "en": "Revoke"},
            },
        },
        "until": {
            "type": "string",
            "format": "date",
            "title": "Līdz kurai dienai?",
            "x-show-if": {"kind": "grant"},
        },
        "reason": {"type": "string", "x-kind": "textarea", "title": "Pamatojums", "description": "Īsi."},
        "consent": {"type": "boolean", "title": "Piekrītu"},
        "letter": {"type": "string", "x-kind": "file", "title": "Iesniegums"},
    },
}
FORM = build("sample", SCHEMA)


@pytest.fixture(autouse=True)
def latvian():
    with translation.override("lv"):
        yield


def drawn(**filling):
    found = widgets(FORM, None, Filling(**{"answers": {}, **filling}))
    return {widget.name: widget for widget in found}


def html(widget, **context):
    return render_to_string("forms/widget.html", {"widget": widget, **context})


def test_every_kind_has_a_label_that_belongs_to_its_input():
    for widget in drawn().values():
        assert f'for="{widget.identifier}"' in html(widget)
        assert f'id="{widget.identifier}"' in html(widget)


def test_a_date_has_three_boxes_filled_from_the_stored_day():
    until = drawn(answers={"until": "2026-06-30"})["until"]

    assert [(part.name, part.value) for part in until.parts] == [
        ("until-day", "30"),
        ("until-month", "6"),
        ("until-year", "2026"),
    ]


def test_a_half_typed_date_stays_as_typed():
    until = drawn(answers={"until": "2026-8-"})["until"]

    assert [part.value for part in until.parts] == ["", "8", "2026"]


def test_an_error_stands_at_the_field_and_in_the_summary_with_the_same_words():
    wrong = FieldError("until", "required", "Ierakstiet dienu.", "Enter the day.")
    found = drawn(errors=(wrong,))

    assert "Ierakstiet dienu." in html(found["until"])
    (line,) = problems(list(found.values()), (wrong,))
    assert (line.text, line.target) == ("Ierakstiet dienu.", "id_until-day")


def test_a_returned_form_asks_only_what_was_commented_on(settings):
    from datetime import UTC, date, datetime

    note = Note("Kārlis Paraugs", datetime(2026, 8, 25, 12, tzinfo=UTC), "Lūdzu, īsāk.", before="Garš teksts")
    found = drawn(notes={"reason": note}, opened=frozenset({"reason"}))

    assert list(found) == ["reason"]
    drawing = html(found["reason"], today=date(2026, 9, 3))
    assert "Kārlis Paraugs, 25. augustā" in drawing
    assert "Garš teksts" in drawing
    assert 'aria-describedby="reason-note reason-hint"' in drawing


def test_what_depends_on_another_answer_says_on_which():
    assert 'data-shown-by="kind"' in html(drawn()["until"])
    assert 'data-shown-for="[&quot;grant&quot;]"' in html(drawn()["until"])


def test_a_browser_without_scripts_is_told_in_words_when_a_question_is_asked():
    told = "<noscript><p"

    assert "Tikai tad, ja uz jautājumu “Kas jādara?” atbildējāt: Piešķirt." in html(drawn()["until"])
    assert told in html(drawn()["until"])
    assert told not in html(drawn()["reason"])


def test_typed_markup_is_text():
    drawing = html(drawn(answers={"reason": "</textarea><script>alert(1)</script>"})["reason"])

    assert "<script>" not in drawing
