"""Each person gets messages as they wish; some cannot be switched off; a link in the mail stops others."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.core.signing import dumps
from django.test import Client
from django.urls import reverse

from accounts.models import User
from cases.errors import NotAllowed
from cases.models import AuditEntry, Delivery, Message, MessageGroup, MessagePreference
from cases.notifications.wishes import FIXED
from cases.services.messages import choose_delivery
from engine import clock, jobs
from engine.models import Task
from tests.cases.people import World
from tests.messages.conftest import Tell, signed_in, text


def wish(world: World, **groups: str) -> None:
    wishes = {MessageGroup(group): Delivery(delivery) for group, delivery in groups.items()}
    choose_delivery(wishes, user=world.actor("head"))


@pytest.mark.parametrize(
    ("kind", "delivery"),
    [
        ("case.decided", "at_once"), ("case.returned", "digest"), ("case.withdrawn", "digest"),
        ("task.escalated", "digest"), ("task.opened", "digest"),
    ],
)  # fmt: skip
def test_without_a_wish_the_kind_decides(tell: Tell, kind: str, delivery: str) -> None:
    message = tell(kind)

    assert (message.delivery, len(mail.outbox)) == (delivery, int(delivery == "at_once"))


def test_ones_own_task_that_is_due_today_does_not_wait(tell: Tell) -> None:
    task = Task.objects.get(status="open")
    Task.objects.filter(pk=task.pk).update(due_at=clock.now() + timedelta(minutes=1))

    assert tell("task.reminder", task_id=task.pk).delivery == "at_once"
    assert len(mail.outbox) == 1


def test_a_wish_is_followed_and_a_decision_comes_all_the_same(tell: Tell, world: World) -> None:
    wish(world, cases="app", tasks="at_once")

    told = [tell("case.closed"), tell("task.opened"), tell("case.decided")]

    assert [one.delivery for one in told] == ["app", "at_once", "at_once"]
    assert [one.subject for one in mail.outbox] == [told[1].subject, told[2].subject]


@pytest.mark.parametrize("group", sorted(FIXED))
def test_what_nobody_may_switch_off_stays_on(world: World, group: str) -> None:
    with pytest.raises(NotAllowed):
        wish(world, **{group: "app"})

    assert MessagePreference.objects.count() == 0


def test_who_cannot_sign_in_gets_every_mail_at_once_and_without_links_to_choose(tell: Tell) -> None:
    message = tell("case.withdrawn", to="teacher")

    (told,) = mail.outbox
    assert (message.delivery, told.body) == ("at_once", message.text)
    assert "List-Unsubscribe" not in told.extra_headers


def test_a_mail_program_stops_these_mails_with_one_click_and_without_a_cookie(
    tell: Tell, world: World
) -> None:
    wish(world, cases="at_once")
    tell()
    (told,) = mail.outbox
    assert told.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = told.extra_headers["List-Unsubscribe"].strip("<>")
    assert address in told.body
    path = address.removeprefix("http://127.0.0.1:8000")
    program = Client(enforce_csrf_checks=True)

    assert "Vai vairs nesūtīt" in text(program.get(path))
    assert MessagePreference.objects.get().delivery == "at_once"
    assert program.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200

    assert MessagePreference.objects.get().delivery == "app"
    assert tell().delivery == "app"
    person = world.users["head"].person
    act = AuditEntry.objects.filter(action="messages.preferred").latest("id")
    assert (act.actor, act.object) == (f"person:{person.pk}", f"person:{person.public_id}")
    assert "atkal sūtīsim" in text(program.post(path, {"again": "yes"}))
    assert MessagePreference.objects.get().delivery == "digest"


@pytest.mark.parametrize(
    "token",
    ["nothing", dumps(["x", "cases"]), dumps(["x", "cases"], salt="other")],
    ids=["no signature", "our signature of something else", "another signature"],
)
def test_a_link_that_we_did_not_make_stops_nothing(world: World, token: str) -> None:
    answer = Client().post(reverse("unsubscribe", args=[token]))

    assert answer.status_code == 404
    assert MessagePreference.objects.count() == 0


def test_the_page_keeps_the_choice_and_the_language_and_says_what_stays(world: World) -> None:
    head = signed_in("head")
    address = reverse("message_wishes")
    assert "Vienmēr e-pastā un uzreiz" in text(head.get(address))

    answer = head.post(
        address, {"tasks": "app", "cases": "at_once", "oversight": "?", "decisions": "app", "language": "en"}
    )

    assert answer.status_code == 302
    found = dict(MessagePreference.objects.values_list("group", "delivery"))
    assert found == {"tasks": "app", "cases": "at_once"}
    assert User.objects.get(username="head").language == "en"
    assert 'id="tasks-app" name="tasks" type="radio" value="app" checked' in text(head.get(address))


def test_a_repeat_sends_the_words_that_were_kept_first(tell: Tell, world: World) -> None:
    message = tell("case.decided")
    first = mail.outbox[0]
    Message.objects.filter(pk=message.pk).update(sent_at=None)
    User.objects.filter(username="head").update(language="en")
    jobs.enqueue("notifications.mail", arguments={"message": message.pk}, now=clock.now())
    jobs.run_due("test", until_empty=True)

    again = mail.outbox[1]
    key = f"<message-{message.public_id}@127.0.0.1>"
    assert first.extra_headers["Message-ID"] == again.extra_headers["Message-ID"] == key
    assert (first.subject, first.body) == (again.subject, again.body)
