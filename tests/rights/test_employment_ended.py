"""Employment that ends ends the roles there, the same day, with everything that hangs on them."""

from datetime import datetime, time, timedelta

import pytest

from accounts.actors import actor_of
from accounts.errors import ActivationRefused
from accounts.models import RoleGrant
from accounts.scope import scope_of
from accounts.services import authenticate_token, create_token, make_activation_link
from accounts.services.invitations import activation_user
from cases.audit import verify
from cases.models import Case, Document, Draft
from cases.services.start import start_case
from cases.services.tasks import claim_task, save_draft
from engine import clock
from engine.handlers import HandlerContext
from engine.models import Task
from processes.bpmn.access_end.starting import SWEEP, sweep
from registries.models import Employment, Organisation

from .conftest import (
    RIGA,
    account,
    actor,
    audited,
    grant,
    newest,
    open_tasks,
    person,
    roles,
    run_jobs,
    today,
    told,
)  # fmt: skip

ZANE = "Zane Varbūte"
ILZE = "Ilze Piemēre"


def test_the_roles_end_in_the_transaction_of_the_change(school, leave):
    leave(ZANE, run=False)

    case = newest("access_end")
    assert roles(ZANE) == []
    assert (case.applicant, case.subject, case.status) == (None, person(ZANE), "submitted")
    assert audited(case)[:2] == [("role.revoked", "system"), ("account.closed", "system")]
    assert account(ZANE).closed_because == "no_roles"


def test_the_case_ends_with_a_notice_and_words_to_both(school, leave):
    leave(ZANE)

    case = newest("access_end")
    assert (case.status, case.outcome) == ("closed", "employment")
    assert [one.kind for one in Document.objects.filter(case=case)] == ["access_end.notice"]
    assert told("access_end.ended") == [ZANE]
    assert told("access_end.ended_to_head") == [ILZE]
    assert verify() == ()


def test_the_session_and_the_token_die_with_the_next_request(school, leave, visit):
    zane = visit("zane.varbute")
    token = create_token(
        account(ZANE), name="Skripts", scopes=["tasks:read"], expires_at=clock.now() + timedelta(days=9),
        now=clock.now(),
    )  # fmt: skip
    link = make_activation_link(account(ZANE), now=clock.now())
    assert zane.get("/darbs/").status_code == 200

    leave(ZANE, run=False)

    after = zane.get("/darbs/")
    assert (after.status_code, after.url.startswith("/pieslegties/")) == (302, True)
    assert "Jūsu pieeja VIIS ir beigusies." in zane.get(after.url).content.decode()
    assert authenticate_token(token.raw, now=clock.now()) is None
    with pytest.raises(ActivationRefused):
        activation_user(link.token, now=clock.now())


def test_only_the_roles_in_that_organisation_end(school, leave, visit):
    other = Organisation.objects.active().filter(kind="preschool").order_by("id")[0]
    grant(account(ZANE), "institution_user", other)
    zane = visit("zane.varbute")

    leave(ZANE)

    assert roles(ZANE) == [("institution_user", other.name)]
    assert zane.get("/darbs/").status_code == 200
    scope = scope_of(actor_of(account(ZANE), "page"), at=clock.now())
    assert scope.organisations == {other.pk}


def test_an_end_in_the_future_ends_nothing_before_its_day(school, leave):
    leave(ZANE, days=3)
    assert roles(ZANE) == [("institution_user", school.name)]

    to_day(4, seconds=-1)
    assert roles(ZANE) == [("institution_user", school.name)]

    to_day(4)
    assert roles(ZANE) == []
    assert newest("access_end").outcome == "employment"


def test_an_end_that_was_taken_back_ends_nothing_on_its_day(school, leave):
    leave(ZANE, days=3)
    Employment.objects.filter(person=person(ZANE)).update(valid_until=None)

    to_day(4)

    assert roles(ZANE) == [("institution_user", school.name)]
    assert not Case.objects.filter(process_key="access_end").exists()


def test_the_last_day_is_worked_and_a_dismissal_is_not(school, leave):
    leave(ZANE, days=0)
    assert roles(ZANE) == [("institution_user", school.name)]

    leave(ZANE, days=0, at_once=True)
    assert roles(ZANE) == []


def test_who_works_there_in_another_position_keeps_the_roles(school, leave):
    Employment.objects.create(
        person=person(ZANE), organisation=school, position="Lietvede", valid_from=today() - timedelta(days=9)
    )
    work = Employment.objects.filter(person=person(ZANE)).order_by("id")[0]
    from registries.services import end_employment

    end_employment(work, last_day=today() - timedelta(days=1), now=clock.now())

    assert roles(ZANE) == [("institution_user", school.name)]
    assert not Case.objects.filter(process_key="access_end").exists()


def test_open_tasks_go_back_to_their_group_with_their_drafts(school, leave):
    deputy = grant(account(ZANE), "institution_head", school)
    case = start_case("access_request", user=actor("ilze.piemere"), organisation=school).case
    task = Task.objects.get(instance=case.instance, status="open")
    save_draft(task.public_id, user=actor("ilze.piemere"), content={"reason": "Ievada datus"}, version=None)
    Task.objects.filter(pk=task.pk).update(assignee="ilze.piemere", group="")

    leave(ILZE)

    assert open_tasks(case) == [("fill_request", "institution_head", "")]
    assert Draft.objects.get(task=task).content == {"reason": "Ievada datus"}
    assert ("task.given_back", "system") in audited(case)
    claim_task(task.public_id, user=actor("zane.varbute"))
    assert open_tasks(case) == [("fill_request", "institution_head", "zane.varbute")]
    assert deputy.revoked_at is None


def test_where_nobody_is_left_the_founder_is_asked(school, leave):
    start_case("access_request", user=actor("ilze.piemere"), organisation=school)

    leave(ILZE)

    case = newest("access_end")
    assert open_tasks(case) == [("take_over", "municipality_head", "")]
    assert told("task.announced") in ([], ["Dace Aizvietone"])
    assert case.status == "submitted"


def test_the_sweeper_finds_what_no_event_told(school):
    Employment.objects.filter(person=person(ZANE)).update(valid_until=today() - timedelta(days=1))

    swept()

    assert roles(ZANE) == []
    assert newest("access_end").subject == person(ZANE)
    swept()
    assert Case.objects.filter(process_key="access_end").count() == 1


def test_the_sweeper_leaves_alone_whom_the_register_never_named(school):
    declared = person("Jānis Paraugs")
    Employment.objects.filter(person=declared).update(
        valid_from=today() - timedelta(days=900), valid_until=today() - timedelta(days=800)
    )
    from accounts.services import grant_role

    grant_role(declared, "institution_user", school, valid_until=None, case_number="X", now=clock.now())

    swept()

    assert roles("Jānis Paraugs") == [("institution_user", school.name)]


def test_the_case_page_says_that_the_register_started_it(school, leave, visit):
    leave(ZANE)
    case = newest("access_end")
    head = visit("ilze.piemere")

    page = head.get(f"/lietas/{case.public_id}/").content.decode()
    listed = head.get("/lietas/").content.decode()

    assert "Lieta sākta: Reģistrā beidzies pamats pieejai." in page
    assert "sāka reģistrs" in listed


def to_day(days: int, *, seconds: int = 0) -> None:
    """Move business time to the beginning of a day, or so many seconds off it, and run what is due."""
    begin = datetime.combine(today() + timedelta(days=days), time(), RIGA) + timedelta(seconds=seconds)
    ahead = begin - clock.now()
    clock.set_offset(clock.offset() + ahead + timedelta(milliseconds=1 if seconds == 0 else 0))
    run_jobs()


def swept() -> None:
    sweep(
        HandlerContext(
            instance_id=None, element="", topic=SWEEP, variables={}, now=clock.now(), actor="system"
        )
    )
    run_jobs()


def test_no_grant_is_left_that_counts(school, leave):
    leave(ZANE)

    assert not RoleGrant.objects.filter(user__person=person(ZANE), revoked_at=None).exists()
