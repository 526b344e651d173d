"""Dates as a colleague would say them."""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from web import words

TODAY = date(2026, 9, 3)


@pytest.mark.parametrize(
    ("day", "latvian", "english"),
    [
        (date(2026, 9, 3), "šodien", "today"),
        (date(2026, 9, 4), "rīt, 4. septembrī", "tomorrow, 4 September"),
        (date(2026, 9, 2), "vakar", "yesterday"),
        (date(2026, 6, 30), "30. jūnijā", "on 30 June"),
        (date(2027, 5, 1), "2027. gada 1. maijā", "on 1 May 2027"),
        (date(2026, 4, 9), "9. aprīlī", "on 9 April"),
    ],
)
def test_a_day_is_told_by_its_distance(day, latvian, english):
    with translation.override("lv"):
        assert words.on_day(day, TODAY) == latvian
    with translation.override("en"):
        assert words.on_day(day, TODAY) == english


def test_a_deadline_takes_the_dative_and_names_a_near_weekday():
    with translation.override("lv"):
        assert words.until_day(date(2026, 9, 10), TODAY) == "līdz ceturtdienai, 10. septembrim"
        assert words.until_day(TODAY, TODAY) == "līdz šodienas beigām"
        assert words.until_day(date(2026, 9, 4), TODAY) == "līdz rītdienai, 4. septembrim"
        assert words.until_day(date(2026, 12, 31), TODAY) == "līdz 31. decembrim"
        assert words.until_day(date(2027, 5, 31), TODAY) == "līdz 2027. gada 31. maijam"
    with translation.override("en"):
        assert words.until_day(date(2026, 9, 10), TODAY) == "by Thursday, 10 September"
        assert words.until_day(TODAY, TODAY) == "by the end of today"
        assert words.until_day(date(2026, 9, 4), TODAY) == "by tomorrow, 4 September"


def test_a_beginning_takes_the_genitive():
    with translation.override("lv"):
        assert words.since_day(date(2026, 4, 2), TODAY) == "kopš 2. aprīļa"
        assert words.since_day(date(2026, 9, 2), TODAY) == "kopš vakardienas"


def test_moments_are_told_in_riga_time():
    just_before_midnight_in_riga = datetime(2026, 9, 2, 20, 59, tzinfo=UTC)
    with translation.override("lv"):
        assert words.stamp(just_before_midnight_in_riga, TODAY) == "2. sept. 23.59"
        assert words.clock(just_before_midnight_in_riga) == "plkst. 23.59"
    assert words.day_of(datetime(2026, 9, 2, 21, 0, tzinfo=UTC)) == TODAY


def test_sizes_and_names_are_written_as_the_language_writes_them():
    with translation.override("lv"):
        assert [words.size(999), words.size(84_100), words.size(1_560_000)] == ["999 B", "84 kB", "1,6 MB"]
        assert [words.greeting_name(name) for name in ("Jānis", "Ilze", "Edgars")] == [
            "Jāni",
            "Ilze",
            "Edgar",
        ]
    with translation.override("en"):
        assert words.greeting_name("Jānis") == "Jānis"
