"""The review of access: who leads answers for all others, the founder for who leads, silence ends access."""

from datetime import timedelta

import pytest

from accounts.models import RoleGrant
from cases.errors import FieldsUnknown, FormInvalid, NotAllowed
from cases.models import AuditEntry, Case, Document, Draft, Message
from cases.queries.timeline import timeline
from cases.services.deadline_rules import NewRule, set_deadline
from cases.services.tasks import complete_task
from engine import clock, jobs
from engine.handlers import HandlerContext
from engine.models import Task, Wait
from processes.bpmn.reattestation.starting import (
    YEARLY,
    progress,
    review,
    start_reattestation,
    start_what_is_due,
)  # fmt: skip
from registries.services import change_head
from tests.plugins.scenario_walks import RIGA
from web.words import day_of

from .conftest import account, actor, audited, grant, newest, open_tasks, person, roles, run_jobs, today, told

ZANE = "Zane Varbūte"
ILZE = "Ilze Piemēre"
JANIS = "Jānis Paraugs"


@pytest.fixture
def running(school):
    """The review of the school, with two employees to answer for."""
    grant_to_janis(school)
    case = review(school, key="year:2026", now=clock.now())
    run_jobs()
    return case


def grant_to_janis(school):
    from accounts.services import grant_role

    until = today() + timedelta(days=300)
    grant_role(person(JANIS), "institution_user", school, valid_until=until, case_number="X", now=clock.now())
    RoleGrant.objects.filter(user__person=person(JANIS)).update(granted_at=clock.now() - timedelta(days=1))


def answer(case, element, by, **rows):
    """Answers about people by given name: `zane={"decision": "keep"}`."""
    names = {"zane": ZANE, "ilze": ILZE, "janis": JANIS}
    answers = {
        f"people-{person(names[who]).public_id}-{column}": value
        for who, given in rows.items()
        for column, value in given.items()
    }
    task = Task.objects.get(instance=case.instance, element=element, status="open")
    complete_task(task.public_id, user=actor(by), answers=answers)
    run_jobs()


KEEP = {"decision": "keep"}


def test_the_head_answers_for_the_employees_and_the_founder_for_the_head(running):
    assert open_tasks(running) == [
        ("attest_heads", "municipality_head", ""),
        ("attest_users", "institution_head", ""),
    ]
    with pytest.raises(NotAllowed):
        answer(running, "attest_heads", "ilze.piemere", ilze=KEEP)


def test_what_is_kept_changed_and_ended_is_done_and_audited(running, school):
    earlier = today() + timedelta(days=90)
    answer(
        running, "attest_users", "ilze.piemere",
        zane={"decision": "end", "reason": "Pārgājusi citā darbā"},
        janis={"decision": "change", "roles": ["institution_user"], "until": earlier.isoformat()},
    )  # fmt: skip
    answer(running, "attest_heads", "dace.aizvietone", ilze=KEEP)

    case = Case.objects.get(pk=running.pk)
    assert (roles(ZANE), roles(ILZE)) == ([], [("institution_head", school.name)])
    assert RoleGrant.objects.get(user__person=person(JANIS), revoked_at=None).valid_until == earlier
    assert (case.status, case.outcome) == ("closed", "reviewed")
    assert [one.kind for one in Document.objects.filter(case=case)] == ["reattestation.report"]
    actions = [pair for pair in audited(case) if pair[0].startswith(("role.", "account."))]
    assert sorted(actions) == [
        ("account.closed", "ilze.piemere"),
        ("role.confirmed", "dace.aizvietone"),
        ("role.revoked", "ilze.piemere"),
        ("role.shortened", "ilze.piemere"),
    ]
    assert told("reattestation.ended") == [ZANE]


def test_an_answer_about_everybody_is_asked_for(running):
    with pytest.raises(FormInvalid) as caught:
        answer(running, "attest_users", "ilze.piemere", zane=KEEP)

    assert [(error.field, error.code) for error in caught.value.errors] == [
        (f"people-{person(JANIS).public_id}-decision", "required_choice")
    ]
    assert "Jānis Paraugs" in str(caught.value.errors[0].message_lv)


def test_wider_roles_and_a_later_day_are_not_given_here(running):
    later = today() + timedelta(days=400)
    for given, code in (
        ({"decision": "change", "roles": ["institution_user"], "until": later.isoformat()}, "longer"),
        ({"decision": "change", "roles": ["institution_user"]}, "nothing_changed"),
    ):
        with pytest.raises(FormInvalid) as caught:
            answer(running, "attest_users", "ilze.piemere", zane=KEEP, janis=given)
        assert [error.code for error in caught.value.errors] == [code]
    assert Task.objects.filter(instance=running.instance, status="open").count() == 2


def test_wider_roles_become_the_draft_of_a_request(running):
    answer(running, "attest_users", "ilze.piemere", zane={"decision": "wider"}, janis=KEEP)

    request = newest("access_request")
    draft = Draft.objects.get(task__instance=request.instance)
    assert request.applicant == account(ILZE)
    assert draft.content == {"kind": "change", "person": str(person(ZANE).public_id)}


def test_nobody_decides_on_their_own_access(running, school):
    grant(account("Dace Aizvietone"), "institution_head", school)
    RoleGrant.objects.filter(case_number="GIVEN").update(granted_at=clock.now() - timedelta(days=1))
    case = newest("reattestation")
    dace = person("Dace Aizvietone").public_id
    task = Task.objects.get(instance=case.instance, element="attest_heads", status="open")
    answers = {f"people-{who}-decision": "keep" for who in (dace, person(ILZE).public_id)}

    with pytest.raises(FormInvalid) as caught:
        complete_task(task.public_id, user=actor("dace.aizvietone"), answers=answers)

    assert [(error.field, error.code) for error in caught.value.errors] == [
        (f"people-{dace}-decision", "own_row")
    ]


def test_silence_ends_access_after_a_warning(running):
    to_timer(running, "users_warn")
    assert told("reattestation.warned") == [JANIS, ZANE]
    assert roles(ZANE) != []

    to_timer(running, "users_late")
    assert (roles(ZANE), roles(JANIS)) == ([], [])
    assert told("reattestation.lapsed") == [JANIS, ZANE]
    assert open_tasks(running) == [("attest_heads_instead", "ministry_officer", "")]


def test_a_new_head_is_confirmed_by_the_founder_and_then_reviews_all(school):
    change_head(school, person(JANIS), on=today(), now=clock.now())
    run_jobs()
    case = newest("reattestation")

    answer(case, "attest_heads", "dace.aizvietone", janis=KEEP)
    assert roles(JANIS) == [("institution_head", school.name)]
    assert Message.objects.filter(recipient=person(JANIS), kind="accounts.invite").count() == 1

    answer(case, "attest_users", account(JANIS).username, zane=KEEP)
    assert Case.objects.get(pk=case.pk).outcome == "reviewed"


def test_whom_the_founder_does_not_confirm_gets_no_role_and_is_told_so(school):
    change_head(school, person(JANIS), on=today(), now=clock.now())
    run_jobs()
    case = newest("reattestation")

    answer(case, "attest_heads", "dace.aizvietone", janis={"decision": "end", "reason": "Vada cits cilvēks"})

    assert roles(JANIS) == []
    assert (told("reattestation.not_head"), told("reattestation.ended")) == ([JANIS], [])


def test_who_had_nobody_to_answer_for_them_keeps_access_and_is_asked_about_again(school):
    change_head(school, person(JANIS), on=today(), now=clock.now())
    run_jobs()
    case = newest("reattestation")

    to_timer(case, "users_late")

    assert roles(ZANE) == [("institution_user", school.name)]
    assert told("reattestation.prolonged") == [ZANE]
    last = (clock.now() + timedelta(days=30)).astimezone(RIGA)
    said = Message.objects.get(kind="reattestation.prolonged").text
    assert f"Ja iestādes vadītājs neatbildēs līdz {last:%d.%m.%Y.}, jūsu lomas šeit beigsies." in said
    assert open_tasks(case) == [
        ("attest_heads_instead", "ministry_officer", ""),
        ("attest_users_again", "institution_head", ""),
    ]


def test_the_case_tells_which_roles_it_changed_and_ended(running):
    earlier = today() + timedelta(days=90)
    answer(
        running, "attest_users", "ilze.piemere",
        zane={"decision": "end", "reason": "Pārgājusi citā darbā"},
        janis={"decision": "change", "roles": ["institution_user"], "until": earlier.isoformat()},
    )  # fmt: skip

    happened = [item.text_lv for item in timeline(running).items if item.kind.startswith("role_")]
    assert sorted(happened) == [
        "Beidzas loma: Iestādes lietotājs, Zane Varbūte.",
        "Mainīts lomas laiks: Iestādes lietotājs, Jānis Paraugs.",
    ]


def test_a_new_head_begins_anew_what_the_former_one_had_not_finished(running, school):
    change_head(school, person(JANIS), on=today(), now=clock.now())
    run_jobs()

    assert Case.objects.get(pk=running.pk).outcome == "cancelled"
    assert newest("reattestation").pk != running.pk


def test_an_answer_about_somebody_whose_access_ended_meanwhile_is_passed_over(running, leave):
    leave(JANIS)

    answer(running, "attest_users", "ilze.piemere", zane=KEEP, janis=KEEP)

    assert open_tasks(running) == [("attest_heads", "municipality_head", "")]


def test_an_answer_about_somebody_who_was_never_asked_of_is_unknown(running):
    task = Task.objects.get(instance=running.instance, element="attest_users", status="open")

    with pytest.raises(FieldsUnknown):
        complete_task(task.public_id, user=actor("ilze.piemere"), answers={"people-decision": "keep"})


def test_every_organisation_is_asked_once_a_year(school):
    start_reattestation(2026, now=clock.now())
    run_jobs()
    first = progress(2026, now=clock.now())
    start_reattestation(2026, now=clock.now())
    run_jobs()

    assert first.started == first.organisations > 50
    assert progress(2026, now=clock.now()) == first
    assert first.finished == 0
    keys = (
        Wait.objects.filter(topic="reattestation.campaign")
        .order_by("id")
        .values_list("natural_key", flat=True)
    )
    assert "reattestation.campaign:2026:0" in keys
    assert len(keys) == first.organisations // 50 + 1


def test_a_review_comes_by_itself_a_year_after_the_last(school):
    def swept():
        start_what_is_due(
            HandlerContext(
                instance_id=None, element="", topic=YEARLY, variables={}, now=clock.now(), actor="system"
            )
        )
        return Case.objects.filter(process_key="reattestation").count()

    assert swept() == 0
    clock.set_offset(clock.offset() + timedelta(days=364))
    assert swept() == 0
    clock.set_offset(clock.offset() + timedelta(days=2))
    assert swept() == 50
    assert swept() == 100
    assert swept() == progress(today().year, now=clock.now()).organisations
    assert AuditEntry.objects.filter(action="case.started").count() >= 50


def to_timer(case, element):
    wait = Wait.objects.get(instance=case.instance, element=element, status="due", kind="timer")
    clock.set_offset(clock.offset() + (wait.due_at - clock.now()))
    jobs.run_due("test", until_empty=True)


def test_the_days_of_reminders_and_of_the_warning_are_the_ministrys(school):
    grant_to_janis(school)
    for name, days in (
        ("reattestation_reminder", 5),
        ("reattestation_last_reminder", 10),
        ("reattestation_warning", 8),
        ("reattestation", 14),
    ):
        rule = NewRule(name, days, "calendar_days", today())
        set_deadline(rule, user=actor("una.vadiba"))

    case = review(school, key="year:2026", now=clock.now())
    run_jobs()

    opened = Task.objects.get(instance=case.instance, element="attest_users", status="open")
    assert (day_of(opened.due_at) - today()).days == 14
    reminders = Wait.objects.filter(task=opened, topic="engine.remind").order_by("due_at")
    assert [(day_of(row.due_at) - today()).days for row in reminders] == [5, 10]
    warning = Wait.objects.get(instance=case.instance, element="users_warn", status="due")
    assert (day_of(warning.due_at) - today()).days == 8
