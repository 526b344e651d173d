"""The head leaves in the middle of a request: the next head goes on with what was begun."""

import pytest

from cases.errors import FormInvalid, NotAllowed, Reason
from cases.models import Case
from cases.services.start import start_case
from cases.services.tasks import claim_task, complete_task
from engine import clock
from engine.models import Task
from registries.models import Employment, Organisation
from registries.services import change_head
from tests.access_request.conftest import request

from .conftest import Walk, account, actor, grant, person, roles, run_jobs, today

ZANE = "Zane Varbūte"
JANIS = "Jānis Paraugs"


@pytest.fixture
def next_head(school):
    """Somebody else leads from today, and the founder has confirmed it."""

    def change(name):
        change_head(school, person(name), on=today(), now=clock.now())
        run_jobs()
        task = Task.objects.get(element="attest_heads", status="open")
        answers = {f"people-{person(name).public_id}-decision": "keep"}
        complete_task(task.public_id, user=actor("dace.aizvietone"), answers=answers)
        run_jobs()
        return account(name).username

    return change


def begun(school, by="ilze.piemere"):
    return Walk(start_case("access_request", user=actor(by), organisation=school).case)


def test_the_next_head_sends_what_the_former_one_had_begun(school, next_head):
    walk = begun(school)

    head = next_head(ZANE)
    claim_task(walk.task("fill_request").public_id, user=actor(head))
    walk.do("fill_request", head, **request())

    assert walk.open == ["accept_commitment"]
    assert walk.fresh().applicant == account("Ilze Piemēre")


def test_the_next_head_confirms_and_corrects_what_the_former_one_had_sent(school, next_head):
    walk = begun(school)
    walk.do("fill_request", "ilze.piemere", **request())

    head = next_head(ZANE)
    walk.accept()
    claim_task(walk.task("confirm_request").public_id, user=actor(head), take_over=True)
    walk.confirm(by=head)
    walk.give_back("decide", "karlis.paraugs", reason="Paskaidrojiet sīkāk.")
    claim_task(walk.task("correct").public_id, user=actor(head), take_over=True)
    walk.do("correct", head, reason="Ievada visu klašu datus un labo kļūdas.")
    walk.confirm(by=head)
    walk.do("decide", "karlis.paraugs", decision="grant")

    assert walk.fresh().outcome == "granted"
    assert roles(JANIS) == [("institution_user", school.name)]


def test_a_deputy_does_not_confirm_what_the_head_asked_for_them(school):
    walk = begun(school)
    grant(account(ZANE), "institution_head", school)
    answers = request(person=str(person(ZANE).public_id), email="zane@example.lv", kind="change")
    walk.do("fill_request", "ilze.piemere", **answers)
    walk.accept()
    task = walk.task("confirm_request")

    with pytest.raises(NotAllowed) as caught:
        claim_task(task.public_id, user=actor("zane.varbute"), take_over=True)

    assert caught.value.reason_code == Reason.OWN_CASE
    assert Task.objects.get(pk=task.pk).assignee == "ilze.piemere"
    walk.confirm()


def test_the_only_administrator_is_told_whom_to_ask_for_first(school):
    ministry = Organisation.objects.get(kind="ministry")
    account("Pēteris Pārzinis").role_grants.update(revoked_at=clock.now())
    walk = begun(ministry, by="una.vadiba")
    una = str(person("Una Vadība").public_id)
    answers = request(person=una, kind="change", roles=["ministry_admin", "auditor"])

    with pytest.raises(FormInvalid) as caught:
        walk.do("fill_request", "una.vadiba", **answers)

    assert [(error.field, error.code) for error in caught.value.errors] == [("person", "nobody_to_agree")]
    assert walk.open == ["fill_request"]
    grant(account("Andris Revidents"), "ministry_admin", ministry)
    walk.do("fill_request", "una.vadiba", **answers)
    assert walk.open == ["accept_commitment"]


def test_the_register_keeps_who_led_before(school, next_head):
    next_head(ZANE)

    led = Employment.objects.filter(organisation=school, is_head=True).order_by("id")
    assert [str(work.person) for work in led] == ["Ilze Piemēre", ZANE]
    assert Case.objects.get(process_key="access_end").subject == person("Ilze Piemēre")


def test_the_founder_is_not_asked_for_somebody_whom_the_register_names_already(school):
    begun(school)

    change_head(school, person(JANIS), on=today(), now=clock.now())
    run_jobs()

    waiting = Task.objects.filter(status="open", group__startswith="municipality_head@")
    assert list(waiting.values_list("element", flat=True)) == ["attest_heads"]
