"""In the demo days can be let pass; nowhere else is there such a page."""

from datetime import timedelta

import pytest
from django.test import Client

from engine import clock
from web.words import plain_date

from .conftest import text

PAGE = "/pulkstenis/"


@pytest.fixture
def demo(settings, db):
    settings.DEMO = True


def test_days_pass_and_the_page_says_which_day_it_is(demo):
    before = clock.now()

    page = Client().post(PAGE, {"days": " 30 "}, follow=True)

    assert clock.now() - before == timedelta(days=30)
    assert "Pagāja 30 dienas." in text(page)
    assert f"Šajā demonstrācijā šodien ir <b>{plain_date(before + timedelta(days=30))}</b>" in text(page)


@pytest.mark.parametrize("days", ["", "0", "-1", "401", "rīt", "1,5"])
def test_what_is_no_number_of_days_moves_nothing(demo, days):
    before = clock.now()

    page = Client().post(PAGE, {"days": days})

    assert (page.status_code, clock.now()) == (422, before)
    assert "Ierakstiet veselu dienu skaitu no 1 līdz 400." in text(page)


@pytest.mark.parametrize("setting", ["DEMO", "CLOCK_MAY_MOVE"])
def test_outside_the_demo_there_is_no_such_page(demo, settings, setting):
    setattr(settings, setting, False)
    before = clock.now()

    answers = Client().get(PAGE), Client().post(PAGE, {"days": "30"})

    assert [answer.status_code for answer in answers] == [404, 404]
    assert clock.now() == before
