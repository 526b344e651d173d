"""Deadlines as pages, without scripts: who reads them, who sets them, and what is said before."""

from __future__ import annotations

from datetime import date, timedelta

from django.urls import reverse

from cases.models import DeadlineRule
from engine import clock
from tests.web.conftest import text
from web.words import day_of, of_day

NEW = {"days": "15", "unit": "working_days", "extension": "5", "stopped_day": "begun", "recounts": "false"}
ADDRESS = "/termini/access_decision/"


def tomorrow() -> date:
    return day_of(clock.now()) + timedelta(days=1)


def test_an_administrator_is_told_what_a_deadline_does_before_it_is_set(visit, walk):
    walk.to_decision()
    admin = visit("una.vadiba")
    page = text(admin.get(reverse("deadlines")))
    assert f'href="{ADDRESS}"' in page
    assert "Lēmums par pieeju" in page
    day = tomorrow()
    given = {**NEW, "valid_from": day.isoformat(), "legal_reference": "MK 1, 2. punkts"}

    asked = text(admin.post(ADDRESS, **given))
    spoken = of_day(day, day_of(clock.now()))
    assert f"Vai no {spoken} noteikt termiņu: 15 darbdienas?" in asked
    assert "1 atvērtā lieta patur termiņu, ar kādu tā sākta." in asked
    assert "Tagad spēkā: 10 darbdienas." in asked
    assert not DeadlineRule.objects.exists()
    again = text(admin.post(ADDRESS, **given, act="edit"))
    assert 'value="MK 1, 2. punkts"' in again
    assert not DeadlineRule.objects.exists()

    done = text(admin.follow(ADDRESS, **given, act="set"))
    assert "Termiņš ir noteikts. 1 atvērtā lieta patur termiņu" in done
    assert "Paredzēts" in done
    assert "Pamats: MK 1, 2. punkts." in done
    assert "Una Vadība" in done
    assert DeadlineRule.objects.get().extension == 5
    back = text(admin.follow(ADDRESS, act="withdraw", valid_from=day.isoformat()))
    assert "Paredzētais termiņš ir atsaukts." in back
    assert DeadlineRule.objects.get().withdrawn_by == "una.vadiba"


def test_others_read_deadlines_and_set_none(visit, walk):
    head = visit("ilze.piemere")
    page = text(head.get(ADDRESS))
    assert "10 darbdienas" in page
    assert "Termiņu noteikusi ministrija." in page
    assert "Noteikt citu termiņu" not in page

    given = {**NEW, "valid_from": tomorrow().isoformat()}
    assert head.post(ADDRESS, **given, act="set").status_code == 403
    assert head.post(ADDRESS, **given).status_code == 403
    assert not DeadlineRule.objects.exists()
    assert head.get("/termini/nav/").status_code == 404


def test_what_is_missing_is_said_and_what_was_typed_stays(visit, walk):
    admin = visit("una.vadiba")

    answer = admin.post(ADDRESS, **{**NEW, "days": "daudz"}, valid_from=tomorrow().isoformat())
    undated = admin.post(ADDRESS, **{**NEW, "days": "0"}, valid_from="")

    assert (answer.status_code, undated.status_code) == (422, 422)
    assert "Norādiet dienu skaitu no 1 līdz 1000." in text(answer)
    assert 'value="daudz"' in text(answer)
    assert text(answer).count("<title>Kļūda:") == 1
    assert "Ierakstiet datumu." in text(undated)
    assert "Norādiet dienu skaitu no 1 līdz 1000." in text(undated)


def test_the_process_and_the_calendar_lead_there(visit, walk):
    officer = visit("karlis.paraugs")

    assert reverse("deadlines") in text(officer.get(reverse("calendar")))
    assert ADDRESS in text(officer.get(reverse("process", args=["access_request"])))


def test_a_row_of_the_list_says_how_its_date_was_counted(visit, walk):
    walk.to_decision()

    page = text(visit("karlis.paraugs").get(reverse("inbox")))

    assert '<details class="app-how">' in page
    assert "Skaitītas 5 darbdienas pēc" in page
