"""Answers as words."""

import pytest

from cases.forms import present

ANSWERS = {
    "kind": "b", "name": "Zane", "detail": "Rinda", "code": "32987654321", "day": "2026-09-01",
    "share": 12.5, "some": ["x", "y"], "agree": True,
}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "lv",
            ["Otrais", "Zane", "Rinda", "32••••-•••21", "01.09.2026.", "12,5", "Iks, y", "Jā"],
        ),
        (
            "en",
            ["Second", "Zane", "Rinda", "32••••-•••21", "1 September 2026", "12.5", "Ex, y", "Yes"],
        ),
    ],
)
def test_every_kind_in_both_languages(form, context, language, expected):
    assert [row.text for row in present(form, ANSWERS, context, language)] == expected


def test_who_typed_a_code_sees_it_whole_to_check_it(form, context):
    rows = present(form, ANSWERS, context, "lv", mask_codes=False)

    assert next(row.text for row in rows if row.name == "code") == "329876-54321"


def test_what_was_not_asked_is_not_shown(form, context):
    rows = present(form, {**ANSWERS, "kind": "a"}, context, "lv")

    assert "detail" not in [row.name for row in rows]
