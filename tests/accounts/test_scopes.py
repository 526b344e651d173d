"""Who reaches what, and that a stranger reaches nothing."""

from datetime import UTC, date, datetime

import pytest

from accounts.actors import SYSTEM, Actor, actor_of, link_visitor
from accounts.models import RoleGrant
from accounts.scope import possible_roles, scope_of
from accounts.services import deactivate
from registries.models import Employment, Organisation, Person, PersonCode
from registries.services import close_organisation, register_person

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def names(rows):
    return {str(row) for row in rows}


def test_a_head_reaches_her_own_school_and_its_people_only(world):
    head = world.user("ilze.piemere", "institution_head", world.school)
    colleague = world.person("Jānis", "Paraugs", world.school)
    world.person("Svešs", "Stranger", world.far_school)
    world.person("Blakus", "Kaimiņš", world.preschool)
    scope = world.scope(head)

    assert scope.groups == {f"institution_head@{world.school.pk}"}
    assert (scope.whole_state, scope.municipalities, scope.can_admin, scope.reads_audit) == (
        False, frozenset(), False, False,
    )  # fmt: skip
    assert scope.institutions == {world.school.pk}
    assert set(Organisation.objects.visible_to(scope)) == {world.school}
    assert set(Person.objects.visible_to(scope)) == {head.person, colleague}
    assert Employment.objects.visible_to(scope).count() == 2


def test_an_officer_reaches_the_institutions_of_the_municipality_and_of_no_other(world):
    officer = world.user("maris.piemers", "municipality_officer", world.madona)
    world.person("Jānis", "Paraugs", world.school)
    world.person("Svešs", "Stranger", world.far_school)
    scope = world.scope(officer)

    assert scope.municipalities == {world.madona.pk}
    assert scope.institutions == frozenset()
    assert set(Organisation.objects.visible_to(scope)) == {world.madona, world.school, world.preschool}
    assert names(Person.objects.visible_to(scope)) == {"maris piemers", "Jānis Paraugs"}


def test_what_a_municipality_founded_elsewhere_is_its_own_too(world):
    camp = Organisation.objects.create(
        kind="interest", name="Ūdensrožu centrs", municipality=world.cesis, founder=world.madona
    )
    officer = world.user("maris.piemers", "municipality_officer", world.madona)
    assert camp in Organisation.objects.visible_to(world.scope(officer))


@pytest.mark.parametrize(
    ("role", "can_admin", "reads_audit", "reads_only"),
    [
        ("ministry_officer", False, False, False),
        ("ministry_admin", True, True, False),
        ("auditor", False, True, True),
    ],
)
def test_the_ministry_reaches_the_whole_state(world, role, can_admin, reads_audit, reads_only):
    officer = world.user("karlis.paraugs", role, world.ministry)
    scope = world.scope(officer)
    assert scope.whole_state
    assert (scope.can_admin, scope.reads_audit, scope.reads_only) == (can_admin, reads_audit, reads_only)
    assert Organisation.objects.visible_to(scope).count() == 6


def test_a_statistics_officer_does_not_see_people_of_the_whole_state(world):
    officer = world.user("stella.skaitle", "statistics_officer", world.ministry)
    world.person("Jānis", "Paraugs", world.school)
    scope = world.scope(officer)
    assert not scope.whole_state
    assert set(Person.objects.visible_to(scope)) == {officer.person}


def test_who_holds_no_role_sees_themself_and_nothing_else(world):
    nobody = world.user("neviens.nekur")
    world.person("Jānis", "Paraugs", world.school)
    scope = world.scope(nobody)
    assert (scope.roles, scope.groups) == ((), frozenset())
    assert not scope.reads_only
    assert Organisation.objects.visible_to(scope).count() == 0
    assert set(Person.objects.visible_to(scope)) == {nobody.person}
    assert Employment.objects.visible_to(scope).count() == 0


def test_personal_codes_are_seen_with_their_persons_only(world):
    head = world.user("ilze.piemere", "institution_head", world.school)
    own = world.person("Jānis", "Paraugs", world.school)
    PersonCode.objects.create(person=own, code="32765412345")
    register_person(given_name="Svešs", family_name="Stranger", personal_code="321234-56789")
    codes = PersonCode.objects.visible_to(world.scope(head)).values_list("code", flat=True)
    assert list(codes) == ["32765412345"]


def test_a_former_employee_is_no_longer_seen_and_a_coming_one_is(world):
    head = world.user("ilze.piemere", "institution_head", world.school)
    world.person("Bijušais", "Darbinieks", world.school, until=date(2026, 3, 1))
    last_day = world.person("Pēdējā", "Diena", world.school, until=date(2026, 3, 2))
    coming = world.person("Nākamais", "Darbinieks", world.school, since=date(2026, 9, 1))
    assert set(Person.objects.visible_to(world.scope(head))) == {head.person, last_day, coming}


def test_a_role_counts_on_its_first_and_last_day_in_riga(world):
    user = world.user(
        "ilze.piemere", "institution_head", world.school, since=date(2026, 1, 10), until=date(2026, 3, 2)
    )
    before = datetime(2026, 1, 9, 21, 59, tzinfo=UTC)  # 23:59 in Riga
    first = datetime(2026, 1, 9, 22, 0, tzinfo=UTC)  # midnight in Riga
    last = datetime(2026, 3, 2, 21, 59, tzinfo=UTC)
    after = datetime(2026, 3, 2, 22, 0, tzinfo=UTC)
    held = [len(world.scope(user, at=moment).roles) for moment in (before, first, last, after)]
    assert held == [0, 1, 1, 0]


def test_a_revoked_role_an_inactive_user_and_a_closed_school_leave_nothing(world):
    revoked = world.user("viens.pirmais", "institution_head", world.school)
    RoleGrant.objects.filter(user=revoked).update(revoked_at=NOW)
    inactive = world.user("divi.otrais", "institution_head", world.school)
    deactivate(inactive, now=NOW)
    closed = world.user("tris.tresais", "institution_head", world.preschool)
    close_organisation(world.preschool, on=date(2026, 3, 2), now=NOW)
    assert [world.scope(user).groups for user in (revoked, inactive, closed)] == [frozenset()] * 3


def test_a_successor_takes_over_groups_and_institutions(world):
    varaklani = Organisation.objects.create(kind="municipality", name="Varakļānu novada pašvaldība")
    old = Organisation.objects.create(kind="general", name="Ozolleju skola", municipality=varaklani)
    older = Organisation.objects.create(
        kind="municipality", name="Senais novads", status="liquidated", successor=varaklani
    )
    close_organisation(varaklani, on=date(2025, 7, 1), now=NOW, successor=world.madona)
    scope = world.scope(world.user("dace.aizvietone", "municipality_head", world.madona))

    assert scope.groups == {f"municipality_head@{row.pk}" for row in (world.madona, varaklani, older)}
    assert scope.municipalities == {world.madona.pk, varaklani.pk, older.pk}
    assert old in Organisation.objects.visible_to(scope)
    assert scope.has_role("municipality_head", varaklani.pk)
    assert not scope.has_role("municipality_officer")


def test_the_predecessor_of_a_working_school_is_not_taken_over_before_it_closes(world):
    Organisation.objects.filter(pk=world.preschool.pk).update(successor=world.school)
    scope = world.scope(world.user("ilze.piemere", "institution_head", world.school))
    assert scope.institutions == {world.school.pk}


def test_a_circle_of_successors_ends(world):
    Organisation.objects.filter(pk=world.preschool.pk).update(status="liquidated", successor=world.far_school)
    Organisation.objects.filter(pk=world.far_school.pk).update(status="liquidated", successor=world.preschool)
    scope = world.scope(world.user("ilze.piemere", "institution_head", world.school))
    assert scope.institutions == {world.school.pk}


def test_a_scope_costs_one_statement_and_a_visitors_none(world, django_assert_num_queries):
    head = world.user("ilze.piemere", "institution_head", world.school)
    actor = actor_of(head, "page")
    with django_assert_num_queries(1):
        scope_of(actor, at=NOW)
    visitor = link_visitor(head.person, task_id=7)
    with django_assert_num_queries(0):
        scope = scope_of(visitor, at=NOW)
        assert scope_of(SYSTEM, at=NOW).groups == frozenset()
    assert (visitor.name, visitor.user_id, visitor.only_task) == (f"person:{head.person_id}", None, 7)
    assert (scope.groups, scope.institutions, scope.person_id) == (frozenset(), frozenset(), head.person_id)


def test_an_actor_with_a_token_may_only_what_the_token_may():
    person = Actor(name="a", user_id=1, person_id=1, display="A", channel="page")
    program = Actor("a", 1, 1, "A", "api", token_scopes=frozenset({"cases:read"}))
    assert person.may("cases:write")
    assert program.may("cases:read")
    assert not program.may("cases:write")


def test_every_kind_of_organisation_has_its_roles():
    kinds = ("ministry", "ikvd", "municipality", "general", "company")
    assert [len(possible_roles(kind)) for kind in kinds] == [5, 1, 2, 2, 2]
