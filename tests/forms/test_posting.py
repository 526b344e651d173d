"""What pages post becomes answers, however it was typed."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from cases.documents import UploadRefused
from cases.forms import parse_post


def posted(form, query, files=None, store=None):
    answers, errors = parse_post(form, QueryDict(query), files, store=store)
    assert not errors
    return answers


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("day=1.9.2026", "2026-09-01"),
        ("day=01.09.2026.", "2026-09-01"),
        ("day=1/9/2026", "2026-09-01"),
        ("day=2026-09-01", "2026-09-01"),
        ("day=2026. gada 1. septembrī", "2026-09-01"),
        ("day=2026. gada 1. septembris", "2026-09-01"),
        ("day-day=1&day-month=9&day-year=2026", "2026-09-01"),
        ("day-day= 01&day-month=09 &day-year=2026", "2026-09-01"),
        ("day-day=1&day-month=&day-year=2026", "2026--1"),
        ("day=rīt", "rīt"),
        ("day=31.02.2026", "2026-02-31"),
    ],
)
def test_dates(form, query, expected):
    assert posted(form, query) == {"day": expected}


def test_lists_boxes_and_numbers(form):
    found = posted(form, "some=x&some=y&some=&agree=on&count= 1 000&share=12,5 €&name=&csrfmiddlewaretoken=z")

    assert found == {"some": ["x", "y"], "agree": True, "count": 1000, "share": 12.5}


def test_invisible_noise_of_pasting_goes(form):
    assert posted(form, "name=%E2%80%8BZane%C2%A0Liepa%EF%BB%BF") == {"name": "Zane Liepa"}


def test_an_address_has_no_spaces(form):
    assert posted(form, "mail= zane @ example.lv ") == {"mail": "zane@example.lv"}


def test_a_number_that_is_none_is_an_error_of_its_field_and_stays_as_typed(form):
    answers, errors = parse_post(form, QueryDict("count=daudz&name=Anna"))

    assert [(error.field, error.code) for error in errors] == [("count", "int")]
    assert answers == {"count": "daudz", "name": "Anna"}


def test_a_file_is_stored_and_a_kept_one_stays(form):
    stored = []
    files = MultiValueDict({"file": [SimpleUploadedFile("a.pdf", b"%PDF-")]})

    def store(field, name, content):
        stored.append((field.name, name, content))
        return "id-1"

    assert posted(form, "", files, store) == {"file": "id-1"}
    assert stored == [("file", "a.pdf", b"%PDF-")]
    assert posted(form, "file-kept=id-0") == {"file": "id-0"}


def test_a_refused_file_is_an_error_of_its_field_with_words_of_its_own(form):
    files = MultiValueDict({"file": [SimpleUploadedFile("a.exe", b"MZ")]})

    def store(field, name, content):
        raise UploadRefused("file_type")

    answers, errors = parse_post(form, QueryDict("name=Anna"), files, store=store)

    assert answers == {"name": "Anna"}
    assert [(error.field, error.code) for error in errors] == [("file", "file_type")]
    assert "PDF" in errors[0].message_lv
