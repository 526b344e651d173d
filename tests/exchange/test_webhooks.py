"""Other systems are told of what happens to cases: with the step, signed, again until accepted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from standardwebhooks.webhooks import WebhookVerificationError

from accounts.models import RoleGrant
from cases.errors import NotAllowed, NotFound
from cases.models import Message
from cases.services.start import Started, start_case
from cases.services.tasks import complete_task
from engine import clock, jobs
from engine.models import Wait
from exchange.errors import SubscriptionInvalid, SubscriptionStopped
from exchange.models import WebhookDelivery, WebhookEvent, WebhookSubscription
from exchange.webhooks import delivering, posting, signing
from exchange.webhooks.kinds import body_of
from exchange.webhooks.subscribing import (
    Wish,
    WithSecret,
    end,
    pause,
    ping,
    replay,
    replay_failed,
    rotate_secret,
    subscribe,
)
from tests.cases.conftest import ASKED
from tests.cases.people import World
from tests.cases.unchanged import refused
from tests.exchange.conftest import Receiver


def begin(world: World) -> Started:
    return start_case("request", user=world.actor("head"), organisation=world.school)


def work() -> None:
    """Run everything that is due, retries at once."""
    for _ in range(12):
        Wait.objects.filter(kind="job", status="due").update(due_at=clock.now())
        jobs.run_due("test", until_empty=True)


def types(receiver: Receiver, secret: str) -> list[str]:
    return [one.event(secret)["type"] for one in receiver.received]


def test_a_case_that_moves_is_told_in_ids_and_states_with_a_right_signature(
    world: World, listening: WithSecret, receiver: Receiver
) -> None:
    started = begin(world)
    complete_task(started.task.public_id, user=world.actor("head"), answers=ASKED)
    work()

    found = types(receiver, listening.secret)
    assert sorted(found) == [
        "lv.viis.case.started",
        "lv.viis.case.submitted",
        "lv.viis.task.completed",
        "lv.viis.task.opened",
        "lv.viis.task.opened",
    ]
    request = receiver.received[found.index("lv.viis.case.submitted")]
    event = request.event(listening.secret)
    assert request.path == "/hook?of=viis"
    assert request.headers["Content-Type"] == "application/cloudevents+json; charset=utf-8"
    assert request.headers["webhook-id"] == event["id"]
    assert {name: event[name] for name in ("specversion", "source", "subject", "dataschema")} == {
        "specversion": "1.0",
        "source": "http://127.0.0.1:8000/api/v1",
        "subject": str(started.case.public_id),
        "dataschema": "urn:viis:schema:case-event:1",
    }
    assert event["data"] == {
        "case": str(started.case.public_id),
        "number": started.case.number,
        "process": "request",
        "organisation": str(world.school.public_id),
        "status": "submitted",
        "outcome": "",
    }
    assert b"Mikroskopi" not in b"".join(one.body for one in receiver.received)
    assert {row.status for row in WebhookDelivery.objects.all()} == {"delivered"}


def test_a_step_that_is_undone_tells_nothing(world: World, listening: WithSecret, receiver: Receiver) -> None:
    started = begin(world)
    work()
    receiver.received.clear()

    with refused(NotFound):
        complete_task(started.task.public_id, user=world.actor("other_head"), answers=ASKED)
    work()

    assert receiver.received == []


def test_a_step_costs_no_statement_without_a_listener_and_one_with_many(
    world: World, receiver: Receiver
) -> None:
    def statements() -> int:
        started = begin(world)
        with CaptureQueriesContext(connection) as queries:
            complete_task(started.task.public_id, user=world.actor("head"), answers=ASKED)
        return len(queries)

    statements()
    quiet = statements()
    for number in range(3):
        wish = Wish(f"Sistēma {number}", receiver.address, ("case.submitted", "task.opened"))
        subscribe(wish, user=world.actor("admin"))
    statements()

    assert statements() == quiet + 1


def test_what_is_announced_twice_is_delivered_once(
    world: World, listening: WithSecret, receiver: Receiver
) -> None:
    begin(world)
    arguments = Wait.objects.get(topic="webhooks.announce").arguments
    work()
    jobs.enqueue("webhooks.announce", arguments=arguments, now=clock.now())
    work()

    assert len(receiver.received) == WebhookEvent.objects.count() == 2


def test_only_cases_of_the_organisation_are_told_to_its_own_system(world: World, receiver: Receiver) -> None:
    mine = Wish("Mūsu", receiver.address, ("case.started",), world.school)
    theirs = Wish("Kaimiņu", receiver.address + "&kaimini", ("case.started",), world.other_school)
    of_municipality = Wish("Novads", receiver.address + "&novads", ("case.started",), world.municipality)
    subscribe(mine, user=world.actor("head"))
    subscribe(theirs, user=world.actor("other_head"))
    subscribe(of_municipality, user=world.actor("municipal"))
    begin(world)
    work()

    assert sorted(one.path for one in receiver.received) == ["/hook?of=viis", "/hook?of=viis&novads"]


def test_whoever_loses_the_role_is_told_nothing_more(
    world: World, receiver: Receiver, django_capture_on_commit_callbacks
) -> None:
    row = subscribe(
        Wish("M", receiver.address, ("case.started",), world.school), user=world.actor("deputy")
    ).row
    RoleGrant.objects.filter(user__username="deputy").update(revoked_at=clock.now())
    begin(world)
    work()

    row.refresh_from_db()
    assert receiver.received == []
    assert row.stopped == "not_allowed"
    assert Message.objects.get(kind="webhooks.stopped").recipient_id == row.created_by.person_id


@pytest.mark.parametrize("who", ["clerk", "officer", "auditor", "teacher"])
def test_who_heads_nothing_connects_nothing(world: World, receiver: Receiver, who: str) -> None:
    with refused(NotAllowed):
        subscribe(Wish("X", receiver.address, ("case.started",), world.school), user=world.actor(who))
    with refused(NotAllowed):
        subscribe(Wish("X", receiver.address, ("case.started",)), user=world.actor(who))


def test_a_head_connects_neither_all_cases_nor_anothers(world: World, receiver: Receiver) -> None:
    for where in (None, world.other_school, world.municipality):
        with refused(NotAllowed):
            subscribe(Wish("X", receiver.address, ("case.started",), where), user=world.actor("head"))


def test_each_thing_wrong_with_a_wish_is_named(world: World) -> None:
    with refused(SubscriptionInvalid) as raised:
        subscribe(Wish(" ", "ftp://example.org", ("case.eaten",)), user=world.actor("admin"))

    assert [(one.field, one.code) for one in raised.value.errors] == [
        ("name", "required"),
        ("address", "not_https"),
        ("types", "required"),
    ]


def test_what_is_not_accepted_is_sent_again_under_the_same_id(
    world: World, receiver: Receiver, listening: WithSecret
) -> None:
    receiver.statuses = [500, 302, 429]
    delivery = ping(listening.row.public_id, user=world.actor("admin"))
    work()

    delivery.refresh_from_db()
    assert (delivery.status, delivery.attempts, delivery.response_code) == ("delivered", 4, 204)
    assert len({one.headers["webhook-id"] for one in receiver.received}) == 1
    assert {one.path for one in receiver.received} == {"/hook?of=viis"}
    assert len({one.body for one in receiver.received}) == 1


def test_after_eight_attempts_a_delivery_has_failed_without_an_incident_and_can_be_sent_again(
    world: World, receiver: Receiver, listening: WithSecret
) -> None:
    receiver.statuses = [503] * 8
    delivery = ping(listening.row.public_id, user=world.actor("admin"))
    work()
    delivery.refresh_from_db()
    assert (delivery.status, delivery.attempts, delivery.fault) == ("failed", 8, "refused")
    assert not Wait.objects.filter(status="incident").exists()

    again = replay(delivery.public_id, user=world.actor("admin"))
    work()

    again.refresh_from_db()
    assert (again.status, again.round, again.response_code) == ("delivered", 1, 204)
    assert len({one.headers["webhook-id"] for one in receiver.received}) == 1


def test_all_that_failed_since_a_day_is_sent_again(
    world: World, receiver: Receiver, listening: WithSecret
) -> None:
    receiver.statuses = [400] * 24
    for _ in range(3):
        ping(listening.row.public_id, user=world.actor("admin"))
    work()
    assert WebhookDelivery.objects.filter(status="failed").count() == 3
    now = clock.now()

    assert replay_failed(listening.row.public_id, since=now + timedelta(1), user=world.actor("admin")) == 0
    assert replay_failed(listening.row.public_id, since=now - timedelta(1), user=world.actor("admin")) == 3
    work()

    assert WebhookDelivery.objects.filter(status="delivered").count() == 3


def test_an_address_that_accepts_nothing_for_days_is_stopped_and_its_maker_told(
    world: World, receiver: Receiver, listening: WithSecret
) -> None:
    row = listening.row
    receiver.statuses = [500] * 16
    ping(row.public_id, user=world.actor("admin"))
    work()
    row.refresh_from_db()
    assert row.stopped == ""
    WebhookSubscription.objects.filter(pk=row.pk).update(failing_since=clock.now() - timedelta(days=3))
    ping(row.public_id, user=world.actor("admin"))
    work()

    row.refresh_from_db()
    assert row.stopped == "failing"
    assert Message.objects.get(kind="webhooks.stopped").recipient_id == row.created_by.person_id
    begin(world)
    work()
    assert len(receiver.received) == 16
    with refused(SubscriptionStopped):
        ping(row.public_id, user=world.actor("admin"))


def test_a_receiver_that_is_gone_for_good_stops_it_at_once(
    world: World, receiver: Receiver, listening: WithSecret
) -> None:
    receiver.statuses = [410]
    ping(listening.row.public_id, user=world.actor("admin"))
    work()

    listening.row.refresh_from_db()
    assert (listening.row.stopped, len(receiver.received)) == ("failing", 1)


def test_both_secrets_sign_for_a_day_after_a_rotation(
    world: World, receiver: Receiver, listening: WithSecret
) -> None:
    fresh = rotate_secret(listening.row.public_id, user=world.actor("admin"))
    ping(fresh.row.public_id, user=world.actor("admin"))
    work()

    (request,) = receiver.received
    assert request.event(listening.secret) == request.event(fresh.secret)
    WebhookSubscription.objects.update(previous_until=clock.now() - timedelta(seconds=1))
    ping(fresh.row.public_id, user=world.actor("admin"))
    work()
    assert receiver.received[-1].event(fresh.secret)["type"] == "lv.viis.ping"
    with pytest.raises(WebhookVerificationError):
        receiver.received[-1].event(listening.secret)


def test_a_secret_is_kept_sealed_and_never_recorded(world: World, listening: WithSecret) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT s::text FROM exchange_webhooksubscription s")
        kept = cursor.fetchone()[0]
        cursor.execute("SELECT string_agg(fields::text, '') FROM cases_auditentry")
        recorded = cursor.fetchone()[0]

    assert listening.secret not in kept + recorded
    assert listening.secret.removeprefix("whsec_").encode().hex() not in kept
    assert listening.secret.startswith("whsec_")


def test_what_is_paused_or_ended_sends_nothing_and_only_its_own_people_may_do_so(
    world: World, receiver: Receiver, listening: WithSecret
) -> None:
    row = listening.row
    with refused(NotFound):
        pause(row.public_id, user=world.actor("head"), paused=True)
    pause(row.public_id, user=world.actor("admin"), paused=True)
    begin(world)
    work()
    pause(row.public_id, user=world.actor("admin"), paused=False)
    begin(world)
    end(row.public_id, user=world.actor("admin"))
    work()

    assert receiver.received == []
    with refused(NotFound):
        ping(row.public_id, user=world.actor("admin"))


def test_a_redirect_is_not_followed_and_an_inner_address_is_never_connected_to(
    world: World, listening: WithSecret, receiver: Receiver, settings
) -> None:
    event = ping(listening.row.public_id, user=world.actor("admin")).event
    receiver.statuses = [302]
    assert delivering.send(listening.row, event) == posting.Answer(302)
    settings.WEBHOOKS_TO_THIS_MACHINE = False
    listening.row.address = "https://rebinding.example.org/"

    def never(*_: object) -> posting.Answer:
        raise AssertionError

    answer = delivering.send(listening.row, event, resolver=lambda *_: ["127.0.0.1"], post=never)

    assert answer == posting.Answer(None, "not_public")
    assert len(receiver.received) == 1


def test_the_same_event_is_written_and_signed_the_same(world: World, listening: WithSecret) -> None:
    event = ping(listening.row.public_id, user=world.actor("admin")).event
    now = clock.now()

    first = signing.signed_headers(listening.row, event, body_of(event), now=now)

    assert first == signing.signed_headers(listening.row, event, body_of(event), now=now)
    assert first["webhook-id"] == str(event.public_id)
