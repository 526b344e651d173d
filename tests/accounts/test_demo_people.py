"""The seed: the same people for the same number, once, and never in production."""

from collections import Counter
from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.test import RequestFactory

from accounts.actors import actor_of
from accounts.models import RoleGrant, User
from accounts.scope import scope_of
from accounts.seed import PASSWORD, SIGN_INS, SeedRefused, seed
from registries.codes import normalise_personal_code
from registries.invented import invent_institutions
from registries.invented.names import MEN, WOMEN
from registries.models import Employment, Organisation, Person, PersonCode
from registries.models.organisations import INSTITUTION_KINDS
from registries.queries import employment_of, head_of, is_head

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
DAY = date(2026, 3, 2)
pytestmark = pytest.mark.django_db


@pytest.fixture
def seeded(settings):
    settings.SEED_ALLOWED = True
    seed(now=NOW)


def test_about_sixty_institutions_over_all_kinds_with_heads_and_staff(seeded):
    kinds = Counter(Organisation.objects.filter(kind__in=INSTITUTION_KINDS).values_list("kind", flat=True))
    assert sum(kinds.values()) == 60
    assert set(kinds) == {str(kind) for kind in INSTITUTION_KINDS}
    for institution in Organisation.objects.active().filter(kind__in=INSTITUTION_KINDS):
        assert institution.municipality.kind == "municipality"
        assert institution.founder.kind in {"municipality", "ministry", "company"}
        assert head_of(institution, DAY) is not None
        assert institution.employments.count() >= 7
    assert Organisation.objects.filter(kind__in=INSTITUTION_KINDS, status="liquidated").count() == 1


def test_titles_follow_the_person_and_every_authority_can_be_reached(seeded):
    school = Organisation.objects.get(name="Egļkalnu pamatskola")
    titles = {str(work.person): work.position for work in school.employments.select_related("person")}
    womens = Employment.objects.filter(person__given_name__in=WOMEN, organisation__kind__in=INSTITUTION_KINDS)
    mens = Employment.objects.filter(person__given_name__in=MEN, organisation__kind__in=INSTITUTION_KINDS)

    assert (titles["Ilze Piemēre"], titles["Jānis Paraugs"]) == ("Direktore", "Skolotājs")
    assert titles["Zane Varbūte"] == "Skolotāja"
    assert [one for one in set(womens.values_list("position", flat=True)) if one.endswith("s")] == []
    assert [one for one in set(mens.values_list("position", flat=True)) if not one.endswith("s")] == []
    assert [row.name for row in Organisation.objects.active().exclude(kind="company") if not row.email] == []
    assert Organisation.objects.get(kind="ministry").email == "ministrija@example.lv"


def test_every_code_follows_the_rules_and_is_nobody_elses(seeded):
    codes = list(PersonCode.objects.values_list("code", flat=True))
    assert len(codes) == Person.objects.count() > 500
    assert [normalise_personal_code(code) for code in codes] == codes
    new_format = sum(code[0] == "3" and code[1] in "23456789" for code in codes)
    assert 0.25 < new_format / len(codes) < 0.45


def test_a_second_run_changes_nothing(seeded):
    models = (Organisation, Person, PersonCode, Employment, User, RoleGrant)
    before = [model.objects.count() for model in models]
    passwords = set(User.objects.values_list("password", flat=True))
    seed(now=NOW)
    assert [model.objects.count() for model in models] == before
    assert set(User.objects.values_list("password", flat=True)) == passwords


def test_the_same_number_invents_the_same_and_another_others():
    assert invent_institutions(7) == invent_institutions(7)
    assert invent_institutions(7) != invent_institutions(8)
    for number in range(20):
        made = invent_institutions(number)
        codes = [person.code for one in made for person in one.staff]
        assert len({one.number for one in made}) == len(made) == 60
        assert len(set(codes)) == len(codes)


def test_everyone_of_the_demonstration_signs_in_and_nobody_else(seeded):
    request = RequestFactory().post("/")
    for one in SIGN_INS:
        assert authenticate(request, username=one.username, password=one.password) is not None, one.username
    usable = [user.username for user in User.objects.all() if user.has_usable_password()]
    assert sorted(usable) == sorted(one.username for one in SIGN_INS)


def test_the_story_is_there(seeded):
    school = Organisation.objects.get(name="Egļkalnu pamatskola")
    janis = Person.objects.get(codes__code="32765412345")
    head = User.objects.get(username="ilze.piemere")
    assert school.founder == school.municipality == Organisation.objects.get(name="Madonas novada pašvaldība")
    assert is_head(head.person, school, DAY)
    assert str(janis) == "Jānis Paraugs"
    assert employment_of(janis, school, DAY) is not None
    assert not User.objects.filter(person=janis).exists()
    assert janis.email == "janis.paraugs@example.lv"


@pytest.mark.parametrize(
    ("username", "group"),
    [
        ("ilze.piemere", "institution_head@Egļkalnu pamatskola"),
        ("dace.aizvietone", "municipality_head@Madonas novada pašvaldība"),
        ("maris.piemers", "municipality_officer@Madonas novada pašvaldība"),
        ("karlis.paraugs", "ministry_officer@Izglītības un zinātnes ministrija"),
        ("anna.paraudzina", "ministry_officer@Izglītības un zinātnes ministrija"),
        ("una.vadiba", "ministry_admin@Izglītības un zinātnes ministrija"),
        ("peteris.parzinis", "ministry_admin@Izglītības un zinātnes ministrija"),
        ("andris.revidents", "auditor@Izglītības un zinātnes ministrija"),
        ("liga.neesosa", "ikvd_officer@Izglītības kvalitātes valsts dienests"),
        ("zane.varbute", "institution_user@Egļkalnu pamatskola"),
        ("sandris.sportists", "sport_officer@Izglītības un zinātnes ministrija"),
        ("silva.skaitite", "statistics_officer@Izglītības un zinātnes ministrija"),
    ],
)
def test_each_holds_the_role_of_the_story(seeded, username, group):
    role, place = group.split("@")
    scope = scope_of(actor_of(User.objects.get(username=username), "page"), at=NOW)
    assert f"{role}@{Organisation.objects.get(name=place).pk}" in scope.groups


def test_every_municipality_and_working_institution_has_somebody_for_its_tasks(seeded):
    for row in Organisation.objects.active().filter(kind__in=(*INSTITUTION_KINDS, "municipality")):
        assert RoleGrant.objects.filter(organisation=row, role__endswith="_head").count() >= 1, row


def test_production_settings_refuse_and_nothing_is_written(settings):
    settings.SEED_ALLOWED = False
    with pytest.raises(SeedRefused):
        seed(now=NOW)
    with pytest.raises(CommandError, match="create_administrator"):
        call_command("seed", skip_checks=True)
    with pytest.raises(CommandError):
        call_command("demo_sign_ins", skip_checks=True)
    assert Organisation.objects.count() == 0
    del settings.SEED_ALLOWED
    with pytest.raises(SeedRefused):
        seed(now=NOW)


def test_the_commands_tell_what_they_did(settings):
    settings.SEED_ALLOWED = True
    told = StringIO()
    call_command("seed", stdout=told, skip_checks=True)
    assert told.getvalue().startswith("110 organisations, ")
    call_command("demo_sign_ins", stdout=told, skip_checks=True)
    assert told.getvalue().count(PASSWORD) == 12


def test_there_is_a_sign_in_for_every_role(seeded):
    held = RoleGrant.objects.filter(user__username__in=[one.username for one in SIGN_INS])
    assert set(held.values_list("role", flat=True)) == set(RoleGrant.Role.values)


def test_the_first_administrator_is_made_by_command_once(monkeypatch):
    told = StringIO()
    words = ["Una", "Vadība", "--email", "una@example.lv"]
    monkeypatch.setattr("sys.stdin", StringIO("short\n"))
    with pytest.raises(CommandError):
        call_command("create_administrator", *words, stdout=told, skip_checks=True)
    assert (User.objects.count(), Person.objects.count()) == (0, 0)
    monkeypatch.setattr("sys.stdin", StringIO("kalni-un-lejas-7\n"))
    call_command("create_administrator", *words, stdout=told, skip_checks=True)
    assert told.getvalue() == "una.vadiba can sign in now and administers VIIS.\n"
    assert User.objects.get().check_password("kalni-un-lejas-7")
    monkeypatch.setattr("sys.stdin", StringIO("kalni-un-lejas-7\n"))
    with pytest.raises(CommandError):
        call_command("create_administrator", "Otra", *words[1:], stdout=told, skip_checks=True)
    assert User.objects.count() == 1
