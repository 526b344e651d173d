"""The calendar of this process starts empty in every test."""

import pytest

from cases import calendar


@pytest.fixture(autouse=True)
def _fresh_calendar():
    calendar.forget()
    yield
    calendar.forget()


@pytest.fixture
def loaded(db):
    calendar.load_calendar()
    calendar.forget()
