"""Heads that change, institutions that close or merge: rights end, tasks stay with those who take over."""

from datetime import timedelta

import pytest

from accounts.actors import actor_of
from accounts.scope import scope_of
from cases.heads import above
from cases.models import Case
from cases.queries.turn import whose_turn
from cases.services.register import after_closing
from cases.services.start import start_case
from engine import clock
from engine.models import Task
from registries.models import Employment, Organisation
from registries.services import change_head, close_organisation, employ

from .conftest import account, actor, grant, open_tasks, person, roles, run_jobs, today, told

ZANE = "Zane Varbūte"
ILZE = "Ilze Piemēre"
JANIS = "Jānis Paraugs"


@pytest.fixture
def begun(school):
    """A request that the head has begun and not sent."""
    return start_case("access_request", user=actor("ilze.piemere"), organisation=school).case


def test_the_former_head_keeps_nothing_that_only_a_head_has(school):
    employ(person(ILZE), school, position="Skolotāja", valid_from=today() - timedelta(days=9))
    grant(account(ILZE), "institution_user", school)

    change_head(school, person(JANIS), on=today(), now=clock.now())

    assert roles(ILZE) == [("institution_user", school.name)]
    assert Case.objects.get(process_key="access_end").outcome == "head"


def test_a_former_head_who_leaves_loses_every_role_there(school):
    grant(account(ILZE), "institution_user", school)

    change_head(school, person(JANIS), on=today(), now=clock.now())

    assert roles(ILZE) == []
    assert Case.objects.get(process_key="access_end").outcome == "employment"


def test_a_deputy_with_the_heads_role_keeps_it_when_the_head_changes(school):
    grant(account(ZANE), "institution_head", school)

    change_head(school, person(JANIS), on=today(), now=clock.now())
    run_jobs()

    assert roles(ZANE) == [("institution_user", school.name), ("institution_head", school.name)]


def test_all_roles_end_with_the_institution(school, begun):
    close_organisation(school, on=today(), now=clock.now())
    run_jobs()

    ended = Case.objects.filter(process_key="access_end")
    assert (roles(ILZE), roles(ZANE)) == ([], [])
    assert sorted(ended.values_list("outcome", flat=True)) == ["closed", "closed"]
    assert open_tasks(begun) == [("fill_request", "municipality_head", "")]
    assert told("access_end.taken_over") == ["Dace Aizvietone"]


def test_a_successor_takes_over_the_open_tasks_and_no_roles(school, begun):
    other = Organisation.objects.active().filter(kind="general").exclude(pk=school.pk).order_by("id")[0]
    head = Employment.objects.get(organisation=other, is_head=True).person

    close_organisation(school, on=today(), now=clock.now(), successor=other)
    run_jobs()

    task = Task.objects.get(instance=begun.instance)
    assert open_tasks(begun) == [("fill_request", "institution_head", "")]
    assert scope_of(actor_of(account(str(head)), "page"), at=clock.now()).is_member(task.group)
    assert (roles(ILZE), roles(ZANE)) == ([], [])
    assert told("access_end.taken_over") == [str(head)]


def test_a_successor_that_closes_in_turn_leaves_the_tasks_to_who_stands_above_it(school, begun):
    other = Organisation.objects.active().filter(kind="general").exclude(pk=school.pk).order_by("id")[0]
    _role, place = above(other)
    close_organisation(school, on=today(), now=clock.now(), successor=other)
    run_jobs()

    foreseen = after_closing(other, on=today(), today=today())
    close_organisation(other, on=today(), now=clock.now())
    run_jobs()

    task = Task.objects.get(instance=begun.instance)
    assert (foreseen.tasks, foreseen.taken_over_by) == (1, place.name)
    assert (task.group, task.assignee) == (f"municipality_head@{place.pk}", "")
    assert whose_turn(begun).who_lv.endswith(f"({place.name})")
