"""One-time links: bound to a task and a person, five tries, an end."""

import re
from datetime import timedelta
from hashlib import sha256

import pytest
from django.core import mail
from django.urls import reverse

from accounts.scope import scope_of
from cases import addresses
from cases.errors import NotFound
from cases.links import RIGA, LinkFault, LinkRefused, link_of, open_link, send_again
from cases.models import Case, TaskLink
from cases.services.tasks import complete_task
from engine import clock, jobs
from engine.models import Task
from registries.queries import current_code
from tests.access_request.conftest import CONFIRMED, CONSENTS, newest_token, person, request
from tests.access_request.signing import with_signature

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(walk):
    """A link that was mailed to the teacher."""
    walk.do("fill_request", "ilze.piemere", **request())
    return walk


def tail():
    return current_code(person("Jānis Paraugs"))[-5:]


def fault(token, code=None):
    with pytest.raises(LinkRefused) as caught:
        open_link(token, code_tail=code or tail())
    return caught.value.fault


def test_only_the_hash_of_the_secret_is_kept(sent):
    token = newest_token()

    link = TaskLink.objects.get()

    assert link.digest == sha256(token.encode()).hexdigest()
    assert (link.task, link.person) == (sent.task("accept_commitment"), person("Jānis Paraugs"))
    assert link.expires_at == link.task.due_at


def test_the_right_code_opens_this_task_and_nothing_else(sent, begin):
    visitor = open_link(newest_token(), code_tail=f" -{tail()[:2]} {tail()[2:]} ")

    assert (visitor.channel, visitor.only_task) == ("link", sent.task("accept_commitment").pk)
    assert not Case.objects.visible_to(scope_of(visitor, at=clock.now())).exists()
    other = begin()
    with pytest.raises(NotFound):
        complete_task(other.task("fill_request").public_id, user=visitor, answers=request())
    task = sent.task("accept_commitment")
    complete_task(task.public_id, user=visitor, answers=with_signature(task, visitor, CONSENTS))
    assert sent.open == ["confirm_request"]


def test_five_wrong_codes_close_it_and_are_counted(sent):
    token = newest_token()

    for left in (4, 3, 2, 1):
        with pytest.raises(LinkRefused) as caught:
            open_link(token, code_tail="00000")
        assert (caught.value.fault, caught.value.tries_left) == (LinkFault.WRONG_CODE, left)
    assert fault(token, "00000") == LinkFault.TOO_MANY_TRIES
    assert fault(token) == LinkFault.TOO_MANY_TRIES
    assert TaskLink.objects.get().tries == 5


def test_an_empty_or_short_code_never_opens_and_is_no_guess(sent):
    assert fault(newest_token(), " ") == LinkFault.INCOMPLETE
    assert fault(newest_token(), tail()[-4:]) == LinkFault.INCOMPLETE
    assert TaskLink.objects.get().tries == 0


def test_it_works_until_the_end_of_the_last_day_of_its_task(sent):
    token, due = newest_token(), sent.task("accept_commitment").due_at
    left = due - clock.now()

    clock.set_offset(left - timedelta(seconds=1))
    assert link_of(token).task == sent.task("accept_commitment")
    clock.set_offset(left + timedelta(seconds=1))
    assert fault(token) == LinkFault.EXPIRED


def test_it_moves_with_the_due_date(sent):
    task = sent.task("accept_commitment")
    Task.objects.filter(pk=task.pk).update(due_at=task.due_at + timedelta(days=10))
    clock.set_offset(timedelta(days=35))

    assert link_of(newest_token()).task == task


@pytest.mark.parametrize("due", [None, timedelta(days=-1)], ids=["no due date", "late"])
def test_without_a_day_to_come_it_works_for_three_weeks(sent, due):
    task, now = sent.task("accept_commitment"), clock.now()
    Task.objects.filter(pk=task.pk).update(due_at=now + due if due else None)
    send_again(task, now=now)
    jobs.run_due("test", until_empty=True)

    link = TaskLink.objects.latest("id")
    ends = link.expires_at.astimezone(RIGA)

    assert link.expires_at - link.created_at == timedelta(days=21)
    assert f"Saite der līdz {ends:%d.%m.%Y.}" in mail.outbox[-1].body


def test_the_mail_names_one_day_and_says_that_the_link_works_until_then(sent):
    (letter,) = mail.outbox
    due = sent.task("accept_commitment").due_at.astimezone(RIGA)

    assert re.findall(r"\d\d\.\d\d\.\d{4}\.", letter.body) == [f"{due:%d.%m.%Y.}"]
    assert "Saite der līdz uzdevuma termiņa beigām." in letter.body


def test_a_newer_link_replaces_it(sent):
    first = newest_token()
    send_again(sent.task("accept_commitment"), now=clock.now())
    jobs.run_due("test", until_empty=True)

    assert fault(first) == LinkFault.REPLACED
    assert link_of(newest_token()).task == sent.task("accept_commitment")


def test_it_is_dead_after_use(sent):
    token = newest_token()
    sent.accept()

    assert fault(token) == LinkFault.CLOSED
    sent.do("confirm_request", "ilze.piemere", **CONFIRMED)
    assert fault(token) == LinkFault.CLOSED


def test_it_is_dead_when_the_case_was_closed(sent):
    token = newest_token()
    clock.set_offset(timedelta(days=31))
    jobs.run_due("test", until_empty=True)

    assert fault(token) == LinkFault.CLOSED


def test_an_invented_link_is_unknown(db):
    assert fault("x" * 43, "12345") == LinkFault.UNKNOWN


def test_the_mail_goes_to_the_person_and_names_neither_code_nor_password(sent):
    (letter,) = mail.outbox

    assert letter.to == ["janis.paraugs@example.lv"]
    assert sent.case.number in letter.subject
    assert current_code(person("Jānis Paraugs")) not in letter.body


def test_the_addresses_in_mails_are_those_of_the_pages(sent):
    case, task = sent.case, sent.task("accept_commitment")

    assert addresses.of_link("abc").endswith(reverse("link_open", args=["abc"]))
    assert addresses.of_activation("abc").endswith(reverse("activate", args=["abc"]))
    assert addresses.of_case(case.public_id).endswith(reverse("case", args=[case.public_id]))
    assert addresses.of_task(task.public_id).endswith(reverse("task", args=[task.public_id]))
