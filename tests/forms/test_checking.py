"""The one validator: what is made plain, what is refused, and in which words."""

import pytest

from cases.errors import FieldsUnknown, FormInvalid, WrongType
from cases.forms import check

GOOD = {"name": "Zane", "agree": True}


def errors(form, context, answers):
    with pytest.raises(FormInvalid) as caught:
        check(form, {**GOOD, **answers}, context=context)
    return {error.field: error.code for error in caught.value.errors}


def test_a_form_says_what_its_file_says(form):
    assert [field.name for field in form.fields][:3] == ["kind", "name", "detail"]
    kinds = {field.name: field.kind for field in form.fields}
    assert kinds == {
        "kind": "choice", "name": "text", "detail": "textarea", "deeper": "text", "code": "code",
        "mail": "email", "phone": "phone", "day": "date", "count": "int", "share": "decimal",
        "some": "choices", "agree": "bool", "file": "file",
    }  # fmt: skip
    assert {field.name for field in form.fields if field.required} == {"name", "agree", "detail"}
    assert (form.title_lv, form.title_en, form.submit_en) == ("Paraugs", "Sample", "Send")
    assert form.variables == {"kind": "kind"}
    assert (form.return_rule.form, form.return_rule.value) == ("other", "a")


def test_answers_are_made_plain(form, context):
    given = {
        **GOOD,
        "name": "  Zane\u00a0 Liepa ",
        "code": " 329876 - 54321",
        "mail": "<zane@example.lv> ",
        "phone": "+371 67-00 00 00",
        "some": [" x "],
        "share": 0.5,
        "count": 3,
        "day": "2026-03-03",
        "detail": "",
    }

    assert check(form, given, context=context) == {
        "name": "Zane Liepa", "code": "32987654321", "mail": "zane@example.lv", "phone": "+37167000000",
        "some": ["x"], "share": 0.5, "count": 3, "day": "2026-03-03", "agree": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"name": ""}, {"name": "required"}),
        ({"name": "   "}, {"name": "required"}),
        ({"name": "x" * 21}, {"name": "too_long"}),
        ({"name": "a\x00b"}, {"name": "characters"}),
        ({"kind": "c"}, {"kind": "not_a_choice"}),
        ({"kind": "b"}, {"detail": "required"}),
        ({"agree": False}, {"agree": "required_consent"}),
        ({"agree": None}, {"agree": "required_consent"}),
        ({"code": "329876-5432"}, {"code": "code_length"}),
        ({"code": "32987654321x"}, {"code": "code_characters"}),
        ({"code": "161175-19998"}, {"code": "code_check_digit"}),
        ({"mail": "zane@"}, {"mail": "email"}),
        ({"mail": "zane@example.lv\nbcc: x@y.lv"}, {"mail": "email"}),
        ({"phone": "12"}, {"phone": "phone"}),
        ({"day": "2026-02-30"}, {"day": "date"}),
        ({"day": "2026-03-02"}, {"day": "in_past"}),
        ({"day": "2999-01-01"}, {"day": "too_late"}),
        ({"count": 0}, {"count": "too_small"}),
        ({"count": 10}, {"count": "too_large"}),
        ({"some": ["x", "x"]}, {"some": "repeated"}),
        ({"some": ["z"]}, {"some": "not_a_choice"}),
        ({"file": "not-an-id"}, {"file": "file_unknown"}),
        ({"name": "", "count": 0, "mail": "x"}, {"name": "required", "mail": "email", "count": "too_small"}),
    ],
)
def test_what_is_wrong_is_said_per_field(form, context, answers, expected):
    assert errors(form, context, answers) == expected


def test_the_words_are_in_both_languages_and_name_the_field(form, context):
    with pytest.raises(FormInvalid) as caught:
        check(form, {"kind": "b", "agree": True}, context=context)

    words = {error.field: (error.message_lv, error.message_en) for error in caught.value.errors}
    assert words == {
        "name": ("Aizpildiet lauku “Vārds”.", "Fill in “Name”."),
        "detail": ("Paskaidrojiet.", "Explain."),
    }


def test_answers_to_questions_that_are_not_asked_are_left_out(form, context):
    given = {**GOOD, "kind": "a", "detail": "more", "deeper": "hidden twice"}

    assert check(form, given, context=context) == {**GOOD, "kind": "a"}


def test_an_unknown_field_is_no_form_error(form, context):
    with pytest.raises(FieldsUnknown) as caught:
        check(form, {**GOOD, "role": "admin"}, context=context)

    assert [error.field for error in caught.value.errors] == ["role"]


@pytest.mark.parametrize(
    "answers",
    [
        {"name": 1}, {"name": ["a"]}, {"name": {"a": 1}}, {"count": "3"}, {"count": True}, {"count": 1.5},
        {"agree": "true"}, {"agree": 1}, {"some": "x"}, {"some": [1]}, {"share": float("nan")},
    ],
)  # fmt: skip
def test_a_wrong_json_type_is_refused_before_anything_else(form, context, answers):
    with pytest.raises(WrongType) as caught:
        check(form, {**GOOD, **answers}, context=context)

    assert [error.field for error in caught.value.errors] == list(answers)
