"""The calendar of working days and the extension of a deadline, without scripts."""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from cases.calendar import forget, load_calendar
from cases.models import CalendarDay, ClockExtension
from tests.web.conftest import text

DAY = {"act": "add", "set": "moved", "day": "2027-05-06", "place": "state", "works": "false"}


def test_an_administrator_is_told_what_a_day_changes_before_it_is_entered(visit, walk):
    load_calendar()
    forget()
    admin = visit("una.vadiba")
    page = text(admin.get(reverse("calendar"), year="2027", place="state"))
    assert "Darbdienu kalendārs" in page
    assert "4. maijs, otrdiena" in page
    assert "Pievienot dienu" in page

    asked = text(admin.post(reverse("calendar_change"), **DAY, name_lv="Pārceltā diena"))
    assert "Vai pievienot 06.05.2027. kalendāram?" in asked
    assert "Neviens termiņš nemainīsies." in asked
    assert not CalendarDay.objects.filter(day=date(2027, 5, 6)).exists()

    done = text(admin.follow(reverse("calendar_change"), **DAY, name_lv="Pārceltā diena", sure="true"))
    assert "Kalendārs ir mainīts." in done
    assert "6. maijs, ceturtdiena" in done
    gone = {**DAY, "act": "remove", "sure": "true"}
    assert "Kalendārs ir mainīts." in text(admin.follow(reverse("calendar_change"), **gone))
    assert not CalendarDay.objects.filter(day=date(2027, 5, 6)).exists()


def test_a_head_keeps_the_own_days_and_only_reads_the_others(visit, walk):
    load_calendar()
    forget()
    head = visit("ilze.piemere")
    page = text(head.get(reverse("calendar"), year="2027"))

    assert "Pievienot dienu" in page
    assert 'name="set" value="organisation"' in page
    assert 'value="remove"' not in page
    assert head.post(reverse("calendar_change"), **DAY, name_lv="x", sure="true").status_code == 403
    assert not CalendarDay.objects.filter(day=date(2027, 5, 6)).exists()


def test_what_is_missing_is_said_and_what_was_typed_stays(visit, walk):
    admin = visit("una.vadiba")

    answer = admin.post(reverse("calendar_change"), **{**DAY, "day": ""}, name_lv="Pārceltā diena")

    assert answer.status_code == 422
    assert "Ierakstiet datumu." in text(answer)
    assert 'value="Pārceltā diena"' in text(answer)
    assert text(answer).count("<title>Kļūda:") == 1


def test_an_administrator_extends_a_deadline_on_its_page(visit, walk):
    walk.to_decision()
    admin = visit("una.vadiba")
    address = reverse("case_extend", args=[walk.case.public_id])
    assert address in text(admin.get(reverse("case", args=[walk.case.public_id])))

    wrong = admin.post(address, days="99", reason="")
    assert wrong.status_code == 422
    assert "Norādiet dienu skaitu no 1 līdz 10." in text(wrong)
    done = text(admin.follow(address, days="3", reason="Vajag atzinumu."))

    assert "Termiņš ir pagarināts, un iesniedzējam par to paziņots." in done
    assert "pagarināts par 3 darbdienām" in done
    assert ClockExtension.objects.get().days == 3
    head = visit("ilze.piemere")
    assert "Vajag atzinumu." in text(head.get(reverse("case", args=[walk.case.public_id])))
    assert head.get(address).status_code == 409
