"""A program finds its person's messages, marks them as read and chooses how they come."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from cases.models import Case, Message, MessagePreference
from cases.notifications import notify
from engine import clock, jobs
from tests.cases.people import World


def told(world: World, begun: dict[str, Any], key: str = "told") -> Message:
    case = Case.objects.get(public_id=begun["case"]["id"])
    person = world.users["head"].person_id
    message = notify(case.pk, kind="case.decided", recipient_id=person, natural_key=key, now=clock.now())
    jobs.run_due("test", until_empty=True)
    return message


def test_a_message_is_listed_read_and_found_by_its_case(world: World, begun: Any, head: Any) -> None:
    message = told(world, begun)

    page = head.get("messages?unread=true&group=decisions&case=" + begun["case"]["id"]).json()
    assert (page["count"], page["unread"]) == (1, Message.objects.filter(read_at=None).count())
    (item,) = page["items"]
    assert (item["id"], item["title"], item["read_at"]) == (str(message.public_id), "Pieņemts lēmums", None)
    detail = head.get(f"messages/{message.public_id}").json()
    assert detail["text"].startswith("Labdien!")
    assert detail["read_at"] is None

    answer = head.put(f"messages/{message.public_id}/read", {"read": True})

    assert answer.json()["read_at"] is not None
    assert head.get("messages?unread=true&group=decisions").json()["count"] == 0
    assert head.put(f"messages/{message.public_id}/read", {"read": "yes"}).status_code == 400


def test_all_messages_are_marked_at_once(world: World, begun: Any, head: Any) -> None:
    told(world, begun, "one")
    told(world, begun, "two")

    assert head.post("messages/read").json()["marked"] >= 2
    assert head.post("messages/read").json() == {"marked": 0}


def test_another_persons_message_is_not_there(world: World, begun: Any, officer: Any) -> None:
    message = told(world, begun)

    for asked in (message.public_id, uuid4()):
        assert officer.get(f"messages/{asked}").status_code == 404
        assert officer.put(f"messages/{asked}/read", {"read": True}).status_code == 404
    assert officer.get("messages").json()["count"] == 0
    assert Message.objects.get(pk=message.pk).read_at is None


def test_the_delivery_is_chosen_by_group(head: Any) -> None:
    assert head.get("me/notifications").json() == {
        "tasks": "digest", "cases": "digest", "oversight": "digest",
    }  # fmt: skip

    answer = head.put("me/notifications", {"tasks": "at_once"})

    assert answer.json() == {"tasks": "at_once", "cases": "digest", "oversight": "digest"}
    assert head.put("me/notifications", {"decisions": "app"}).status_code == 400
    assert head.put("me/notifications", {"tasks": "never"}).status_code == 400
    assert dict(MessagePreference.objects.values_list("group", "delivery")) == {"tasks": "at_once"}


def test_a_token_for_something_else_sees_no_message(api: Any) -> None:
    assert api("head", "cases:read").get("messages").status_code == 403
