"""An account that nobody used for 90 days is locked, and its owner finds the way back."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import RoleGrant, User
from accounts.seed import PASSWORD
from cases.models import AuditEntry, Case
from cases.services.tasks import complete_task
from engine import clock
from engine.handlers import HandlerContext
from engine.models import Task
from processes.bpmn.account_return.handlers import SLEEP, sleep

from .conftest import account, actor, newest, roles, run_jobs, told

ZANE = "Zane Varbūte"


@pytest.fixture
def after(school):
    """So many days later, when the hourly job has looked for accounts that nobody uses."""

    def pass_by(days):
        clock.set_offset(clock.offset() + timedelta(days=days))
        now = clock.now()
        sleep(
            HandlerContext(instance_id=None, element="", topic=SLEEP, variables={}, now=now, actor="system")
        )
        run_jobs()

    return pass_by


@pytest.fixture
def asked(after):
    """Zane's account sleeps, and she has asked to open it."""
    User.objects.filter(username="ilze.piemere").update(last_login=clock.now() + timedelta(days=30))
    after(91)
    client = Client()
    client.post("/pieslegties/", {"username": "zane.varbute", "password": PASSWORD})
    client.post("/pieslegties/slegts/")
    return newest("account_return")


def answer(case, needed):
    task = Task.objects.get(instance=case.instance, status="open")
    complete_task(task.public_id, user=actor("ilze.piemere"), answers={"needed": needed})
    run_jobs()


def test_ninety_days_are_not_too_long(after):
    after(89)

    assert account(ZANE).is_active
    assert told("account.asleep") == []


def test_after_them_the_account_is_locked_with_a_message_and_keeps_its_roles(after, school):
    after(91)

    assert (account(ZANE).is_active, account(ZANE).closed_because) == (False, "inactive")
    assert roles(ZANE) == [("institution_user", school.name)]
    assert ZANE in told("account.asleep")
    assert (
        AuditEntry.objects.filter(action="account.asleep").count()
        == User.objects.filter(is_active=False).count()
    )


def test_whoever_signed_in_meanwhile_stays(after):
    clock.set_offset(clock.offset() + timedelta(days=30))
    Client().post("/pieslegties/", {"username": "zane.varbute", "password": PASSWORD})

    after(61)

    assert account(ZANE).is_active
    assert not account("Ilze Piemēre").is_active


def test_the_last_administrator_of_the_ministry_is_never_locked(after):
    after(91)

    administrators = RoleGrant.objects.filter(role="ministry_admin", user__is_active=True)
    assert [grant.user.username for grant in administrators] == ["peteris.parzinis"]


def test_only_the_right_password_learns_of_it(after):
    after(91)
    wrong = Client().post("/pieslegties/", {"username": "zane.varbute", "password": "cita-parole-7"})
    right = Client().post("/pieslegties/", {"username": "zane.varbute", "password": PASSWORD}, follow=True)

    assert wrong.status_code == 422
    assert "Šis konts ir slēgts" not in wrong.content.decode()
    assert "Šis konts ir slēgts" in right.content.decode()


def test_the_head_opens_it_and_the_owner_signs_in(asked):
    answer(asked, "yes")

    client = Client()
    signed_in = client.post("/pieslegties/", {"username": "zane.varbute", "password": PASSWORD})
    assert (signed_in.status_code, signed_in.url) == (302, "/")
    assert Case.objects.get(pk=asked.pk).outcome == "opened"
    assert told("account.opened") == [ZANE]


def test_the_head_may_end_the_roles_instead(asked):
    answer(asked, "no")

    assert roles(ZANE) == []
    assert account(ZANE).closed_because == "no_roles"
    assert Case.objects.get(pk=asked.pk).outcome == "ended"


def test_asking_twice_is_one_request(asked):
    client = Client()
    client.post("/pieslegties/", {"username": "zane.varbute", "password": PASSWORD})
    told = client.get("/pieslegties/slegts/").content.decode()
    page = client.post("/pieslegties/slegts/").content.decode()

    assert (asked.number in told, "Lūgt atvērt kontu" in told) == (True, False)
    assert asked.number in page
    assert Case.objects.filter(process_key="account_return").count() == 1


def test_the_page_is_nobodys_without_the_password(school):
    assert Client().get("/pieslegties/slegts/").url == "/pieslegties/"
