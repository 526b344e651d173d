"""The register by hand: who may enter what, what follows is told first, and a program can do the same."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.services import create_token
from cases.models import AuditEntry, Case
from cases.services.start import start_case
from engine import clock
from engine.models import Task
from processes.bpmn.reattestation.starting import review
from registries.models import Employment, Organisation
from tests.web.conftest import BACKEND

from .conftest import account, actor, named, person, roles, run_jobs, today

ZANE = "Zane Varbūte"
IKVD = "liga.neesosa"


@pytest.fixture
def zane_page(school):
    return f"/registrs/{school.public_id}/darbinieks/{person(ZANE).public_id}/"


def last_day(days=0, **more):
    day = today() + timedelta(days=days)
    parts = {"last_day-day": day.day, "last_day-month": day.month, "last_day-year": day.year}
    return {**parts, **more}


def test_the_head_enters_who_left_after_reading_what_follows(school, visit, zane_page):
    head = visit("ilze.piemere")
    told = head.post(zane_page, **last_day(at_once="on", action="check")).content.decode()
    assert "1 loma beigsies, tiklīdz apstiprināsiet." in told
    assert roles(ZANE) == [("institution_user", school.name)]

    done = head.post(zane_page, **last_day(at_once="on", action="confirm"))

    assert (done.status_code, done.url) == (302, f"/registrs/{school.public_id}/")
    assert roles(ZANE) == []
    entry = AuditEntry.objects.get(action="register.employment_ended")
    assert (named(entry.actor), entry.object) == ("ilze.piemere", f"person:{person(ZANE).pk}")


def test_a_day_to_come_is_told_as_one(school, visit, zane_page):
    told = visit("ilze.piemere").post(zane_page, **last_day(3, action="check")).content.decode()

    day = today() + timedelta(days=4)
    assert f"1 loma beigsies, sākoties {day:%d.%m.%Y.}" in told


def test_a_form_without_a_day_says_so(school, visit, zane_page):
    page = visit("ilze.piemere").post(zane_page, action="confirm")

    assert page.status_code == 422
    assert "Aizpildiet lauku “Pēdējā darba diena”." in page.content.decode()
    assert roles(ZANE) == [("institution_user", school.name)]


@pytest.mark.parametrize(
    ("who", "status"), [("zane.varbute", 403), ("dace.aizvietone", 403), ("karlis.paraugs", 403)]
)
def test_others_may_not_enter_anything(school, visit, zane_page, who, status):
    answer = visit(who).post(zane_page, **last_day(action="confirm"))

    assert answer.status_code == status
    assert roles(ZANE) == [("institution_user", school.name)]


def test_the_head_of_another_school_finds_no_such_page(school, visit, zane_page):
    other = Employment.objects.filter(is_head=True, organisation__kind="general").exclude(organisation=school)
    stranger = account(str(other.order_by("id")[0].person)).username

    assert visit(stranger).get(zane_page).status_code == 404


def test_a_head_may_not_say_who_leads_or_close_the_institution(school, visit):
    head = visit("ilze.piemere")
    for page in ("vaditajs", "slegt"):
        assert head.get(f"/registrs/{school.public_id}/{page}/").status_code == 403
    assert "Slēgt vai pievienot" not in head.get(f"/registrs/{school.public_id}/").content.decode()


def test_the_quality_service_changes_the_head(school, visit):
    day = today()
    fields = {"on-day": day.day, "on-month": day.month, "on-year": day.year, "position": "Direktors"}
    fields["person"] = str(person("Jānis Paraugs").public_id)
    page = f"/registrs/{school.public_id}/vaditajs/"
    officer = visit(IKVD)

    told = officer.post(page, **fields, action="check").content.decode()
    officer.post(page, **fields, action="confirm")
    run_jobs()

    assert "Jauno vadītāju 30 dienu laikā apstiprina Madonas novada pašvaldība" in told
    assert "Jaunais vadītājs 30 dienu laikā pārskatīs 1 lietotāja pieeju: paturēs, mainīs vai beigs." in told
    assert "Kam lomu vairs nebūs, to ar nākamo klikšķi atslēgs no VIIS" in told
    assert roles("Ilze Piemēre") == []
    assert Case.objects.filter(process_key="reattestation").count() == 1


def test_the_quality_service_merges_an_institution(school, visit):
    other = Organisation.objects.active().filter(kind="general").exclude(pk=school.pk).order_by("id")[0]
    day = today()
    fields = {
        "on-day": day.day,
        "on-month": day.month,
        "on-year": day.year,
        "successor": str(other.public_id),
    }
    start_case("access_request", user=actor("ilze.piemere"), organisation=school)
    page = f"/registrs/{school.public_id}/slegt/"
    officer = visit(IKVD)

    told = officer.post(page, **fields, action="check").content.decode()
    officer.post(page, **fields, action="confirm")
    run_jobs()

    school.refresh_from_db()
    assert f"1 iesākto darbu pārņems {other.name}; ierakstītais paliks." in told
    assert (school.status, school.successor) == ("liquidated", other)
    assert roles(ZANE) == []


def test_an_institution_cannot_be_closed_ahead_of_time(school, visit):
    day = today() + timedelta(days=1)
    fields = {"on-day": day.day, "on-month": day.month, "on-year": day.year, "successor": "none"}

    page = visit(IKVD).post(f"/registrs/{school.public_id}/slegt/", **fields, action="confirm")

    school.refresh_from_db()
    assert (page.status_code, school.status) == (422, "active")


def test_whether_anybody_takes_over_is_asked_for_and_said(school, visit):
    day = today()
    fields = {"on-day": day.day, "on-month": day.month, "on-year": day.year}
    start_case("access_request", user=actor("ilze.piemere"), organisation=school)
    page = f"/registrs/{school.public_id}/slegt/"
    officer = visit(IKVD)

    asked = officer.get(page).content.decode()
    unsaid = officer.post(page, **fields, action="confirm")
    told = officer.post(page, **fields, successor="none", action="check").content.decode()

    assert '<option value="none">Nav pārņēmējas</option>' in asked
    assert (unsaid.status_code, Organisation.objects.get(pk=school.pk).status) == (422, "active")
    assert "1 iesākto darbu pārņems Madonas novada pašvaldība; ierakstītais paliks." in told


def test_what_was_entered_is_told_again_and_can_be_changed_before_it_counts(school, visit, zane_page):
    head = visit("ilze.piemere")

    told = head.post(zane_page, **last_day(action="check")).content.decode()
    back = head.post(zane_page, **last_day(action="change")).content.decode()

    assert f"<dt>Pēdējā darba diena</dt><dd>{today():%d.%m.%Y.}</dd>" in told
    assert f'name="last_day-year" type="text" inputmode="numeric" value="{today().year}"' in back
    assert roles(ZANE) == [("institution_user", school.name)]


def test_what_can_be_done_with_an_institution_stands_before_who_works_there(school, visit):
    page = visit(IKVD).get(f"/registrs/{school.public_id}/").content.decode()

    assert page.index("Slēgt vai pievienot iestādi") < page.index("Kas šeit strādā")


def test_a_long_list_says_how_many_it_shows_of_how_many(school, visit):
    count = Organisation.objects.active().count()
    officer = visit(IKVD)

    whole = officer.get("/registrs/").content.decode()
    found = officer.get("/registrs/", q="Egļkalnu").content.decode()

    assert f"Rādītas pirmās 50 no {count} organizācijām." in whole
    assert "Rādītas pirmās" not in found


def test_a_program_enters_the_same(school):
    raw = create_token(
        account("Ilze Piemēre"), name="Personāla sistēma", scopes=["cases:read", "cases:write"],
        expires_at=clock.now() + timedelta(days=9), now=clock.now(),
    ).raw  # fmt: skip
    client = Client(headers={"authorization": f"Bearer {raw}"})
    address = f"/api/v1/register/organisations/{school.public_id}"
    body = {"person": str(person(ZANE).public_id), "last_day": today().isoformat(), "at_once": True}

    listed = client.get(address).json()
    done = client.post(f"{address}/end-employment", body, content_type="application/json")
    refused = client.post(f"{address}/close", {"on": today().isoformat()}, content_type="application/json")

    assert ZANE in [one["name"] for one in listed["staff"]]
    assert done.status_code == 200
    assert roles(ZANE) == []
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")


def test_a_program_reads_what_is_known_about_every_row(school):
    case = review(school, key="year:2026", now=clock.now())
    task = Task.objects.get(instance=case.instance, element="attest_users")
    client = Client()
    client.force_login(account("Ilze Piemēre"), backend=BACKEND)

    form = client.get(f"/api/v1/tasks/{task.public_id}/form", headers={"accept-language": "lv"}).json()

    key = str(person(ZANE).public_id)
    assert [(row["key"], row["title"]) for row in form["rows"]] == [(key, ZANE)]
    assert f"people-{key}-decision" in form["schema"]["properties"]
