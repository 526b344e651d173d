"""Who decides is not who prepared, by whatever route: page, API, claim, assignment, return, link."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.actors import Actor, actor_of, link_visitor
from accounts.models import User
from cases.errors import NotAllowed, NotFound, Reason
from cases.models import Case
from cases.services.start import start_case
from cases.services.tasks import Completed, assign_task, claim_task, complete_task, return_task, save_draft
from engine.models import Task
from tests.cases.conftest import ASKED, open_task
from tests.cases.people import World, grant
from tests.cases.unchanged import refused

DECIDED = {"decision": "grant"}


@pytest.fixture
def own(world: World) -> Task:
    """A request by a head who is an officer of the ministry as well; the ministry is to decide."""
    grant(world.users["officer"], "institution_head", world.school)
    started = start_case("request", user=world.actor("officer"), organisation=world.school)
    assert started.task is not None
    complete_task(started.task.public_id, user=world.actor("officer"), answers=ASKED)
    return open_task(started)


@pytest.fixture
def about_me(world: World, submitted: Completed) -> Task:
    """A request about an officer of the ministry, submitted by somebody else."""
    Case.objects.update(subject=world.users["officer"].person)
    return open_task(submitted)


def routes(world: World, task: Task, who: Actor) -> None:
    """Every way to decide, or to get hold of the decision."""
    key = task.public_id
    api = Actor(**{**_fields(who), "channel": "api", "token_scopes": frozenset({"tasks:write"})})
    with refused(NotAllowed):
        complete_task(key, user=who, answers=DECIDED)
    with refused(NotAllowed):
        complete_task(key, user=api, answers=DECIDED, idempotency_key="k")
    with refused(NotAllowed):
        claim_task(key, user=who)
    with refused(NotAllowed):
        claim_task(key, user=who, take_over=True)
    with refused(NotAllowed):
        assign_task(key, user=world.actor("colleague"), to=who.name)
    with refused(NotAllowed):
        return_task(key, user=who, comments={"title": "?"}, answers={})
    with refused(NotAllowed):
        save_draft(key, user=who, content=DECIDED, version=None)


def _fields(actor: Actor) -> dict[str, object]:
    return {name: getattr(actor, name) for name in Actor.__slots__}


def test_nobody_decides_what_they_submitted(world: World, own: Task) -> None:
    routes(world, own, world.actor("officer"))
    done = complete_task(own.public_id, user=world.actor("colleague"), answers=DECIDED)
    assert done.status == "closed"


def test_nobody_decides_about_themselves(world: World, about_me: Task) -> None:
    routes(world, about_me, world.actor("officer"))
    done = complete_task(about_me.public_id, user=world.actor("colleague"), answers=DECIDED)
    assert done.status == "closed"


def test_an_assignment_made_before_gives_no_right(world: World, about_me: Task) -> None:
    Task.objects.filter(pk=about_me.pk).update(assignee="officer")
    with refused(NotAllowed) as raised:
        complete_task(about_me.public_id, user=world.actor("officer"), answers=DECIDED)
    assert raised.value.details == {"reason": Reason.OWN_CASE}


def test_who_prepared_may_not_decide_even_under_another_name(world: World, submitted: Completed) -> None:
    """The head filled the request in through a link, as a person; later they sign in as an officer."""
    head = world.users["head"]
    filled = Task.objects.get(element="fill")
    Task.objects.filter(pk=filled.pk).update(completed_by=f"person:{head.person_id}")
    Case.objects.update(applicant=world.users["deputy"])
    grant(head, "ministry_officer", world.ministry)

    with refused(NotAllowed) as raised:
        complete_task(open_task(submitted).public_id, user=world.actor("head"), answers=DECIDED)

    assert raised.value.details == {"reason": Reason.DECIDED_EARLIER}


def test_a_second_account_of_the_same_person_is_the_same_person(world: World, submitted: Completed) -> None:
    """A person has one account; whoever renames it stays who they are."""
    grant(world.users["head"], "ministry_officer", world.ministry)
    User.objects.filter(username="head").update(username="head.renamed")
    task = open_task(submitted)

    with refused(NotAllowed):
        complete_task(
            task.public_id, user=actor_of(User.objects.get(username="head.renamed"), "page"), answers=DECIDED
        )


def test_a_link_opens_its_own_task_only(world: World, submitted: Completed) -> None:
    task = open_task(submitted)
    teacher = world.users["teacher"].person
    Task.objects.filter(pk=task.pk).update(assignee=f"person:{teacher.pk}", group="")
    other = start_case("request", user=world.actor("head"), organisation=world.school)
    assert other.task is not None

    with refused(NotFound):
        complete_task(other.task.public_id, user=link_visitor(teacher, task.pk), answers=ASKED)
    with refused(NotFound):
        complete_task(task.public_id, user=link_visitor(teacher, task.pk + 1), answers=DECIDED)
    with refused(NotFound):
        complete_task(
            task.public_id, user=link_visitor(world.users["clerk"].person, task.pk), answers=DECIDED
        )
    with refused(NotAllowed):
        claim_task(task.public_id, user=link_visitor(teacher, task.pk), take_over=True)
    done = complete_task(task.public_id, user=link_visitor(teacher, task.pk), answers=DECIDED)
    assert (done.status, done.next_task_public_id) == ("closed", None)


def test_a_link_does_not_decide_about_its_own_person(world: World, submitted: Completed) -> None:
    task = open_task(submitted)
    teacher = world.users["teacher"].person
    Task.objects.filter(pk=task.pk).update(assignee=f"person:{teacher.pk}", group="")
    Case.objects.update(subject=teacher)

    with refused(NotAllowed) as raised:
        complete_task(task.public_id, user=link_visitor(teacher, task.pk), answers=DECIDED)

    assert raised.value.details == {"reason": Reason.OWN_CASE}


def test_the_person_of_a_link_may_act_signed_in_as_well(world: World, submitted: Completed) -> None:
    task = open_task(submitted)
    teacher = world.users["teacher"]
    Task.objects.filter(pk=task.pk).update(assignee=f"person:{teacher.person_id}", group="")

    assert complete_task(task.public_id, user=world.actor("teacher"), answers=DECIDED).status == "closed"


def test_a_role_counts_only_while_it_is_valid(world: World, submitted: Completed) -> None:
    world.users["officer"].role_grants.update(valid_until=date(2021, 1, 1))

    with refused(NotFound):
        complete_task(open_task(submitted).public_id, user=world.actor("officer"), answers=DECIDED)
