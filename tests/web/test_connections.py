"""Connections to other systems on pages: who may make them, what is wrong with a wish, the secret once."""

from collections.abc import Iterator

import pytest
from django.urls import reverse

from engine import clock, jobs
from engine.models import Wait
from exchange.models import WebhookDelivery, WebhookSubscription
from exchange.webhooks import audience
from registries.models import Organisation
from tests.web.conftest import text

HERE = "http://127.0.0.1:9/notikumi"


@pytest.fixture(autouse=True)
def _nobody_listens() -> Iterator[None]:
    audience.forget()
    yield
    audience.forget()


def make(visitor, **fields):
    wish = {"name": "Žurnāls", "address": HERE, "types": ["case.submitted"], "organisation": "all", **fields}
    return visitor.client.post(reverse("connections"), wish)


@pytest.mark.parametrize("who", ["karlis.paraugs", "andris.revidents"])
def test_who_heads_nothing_finds_no_page_and_no_way_to_it(visit, who):
    visitor = visit(who)

    assert visitor.get(reverse("connections")).status_code == 404
    assert make(visitor).status_code == 404
    assert reverse("connections") not in text(visitor.get(reverse("profile")))
    assert not WebhookSubscription.objects.exists()


def test_an_administrator_connects_a_system_and_sees_its_secret_once(visit):
    administrator = visit("una.vadiba")

    made = make(administrator)

    row = WebhookSubscription.objects.get()
    assert (row.organisation, row.types) == (None, ["case.submitted"])
    assert "whsec_" in text(made)
    page = text(administrator.get(reverse("connection", args=[row.public_id])))
    assert "whsec_" not in page
    assert "visām lietām" in page
    assert reverse("connection", args=[row.public_id]) in text(administrator.get(reverse("connections")))


def test_each_thing_wrong_with_a_wish_stands_at_its_field(visit):
    page = make(visit("una.vadiba"), name="", address="ftp://sistema.example", types=[])

    assert page.status_code == 422
    for target in ("name", "address", "type-1"):
        assert f'<a href="#{target}">' in text(page)
    assert 'value="ftp://sistema.example"' in text(page)
    assert not WebhookSubscription.objects.exists()


def test_a_head_connects_for_the_own_school_alone_and_sees_no_other(visit):
    head = visit("ilze.piemere")
    other = Organisation.objects.filter(kind="general").exclude(name="Egļkalnu pamatskola").first()
    own = Organisation.objects.get(name="Egļkalnu pamatskola")

    assert make(head).status_code == 422
    assert make(head, organisation=str(other.public_id)).status_code == 422
    assert make(head, organisation=str(own.public_id)).status_code == 200
    make(visit("una.vadiba"))

    mine, foreign = WebhookSubscription.objects.order_by("id")
    assert head.get(reverse("connection", args=[mine.public_id])).status_code == 200
    assert head.get(reverse("connection", args=[foreign.public_id])).status_code == 404
    for do in ("pause", "ping", "secret", "replay", "end"):
        assert head.post(reverse("connection_act", args=[foreign.public_id]), do=do).status_code == 404
    foreign.refresh_from_db()
    assert (foreign.stopped, foreign.ended_at, foreign.previous_until) == ("", None, None)


def test_what_failed_is_shown_with_its_cause_and_sent_again(visit):
    administrator = visit("una.vadiba")
    make(administrator)
    row = WebhookSubscription.objects.get()
    address = reverse("connection", args=[row.public_id])
    administrator.post(reverse("connection_act", args=[row.public_id]), do="ping")
    for _ in range(8):
        Wait.objects.filter(kind="job", status="due").update(due_at=clock.now())
        jobs.run_due("test", until_empty=True)

    page = text(administrator.get(address, status="failed"))
    delivery = WebhookDelivery.objects.get()
    assert "nav savienojuma" in page
    again = administrator.follow(reverse("connection_send_again", args=[delivery.public_id]))

    delivery.refresh_from_db()
    assert "Notikums atkal ir ceļā." in text(again)
    assert (delivery.status, delivery.round) == ("waiting", 1)
    all_of_it = administrator.follow(reverse("connection_act", args=[row.public_id]), do="replay", days="7")
    assert "Šajā laikā viss ir piegādāts." in text(all_of_it)


def test_a_connection_is_paused_resumed_given_a_new_secret_and_ended(visit):
    administrator = visit("una.vadiba")
    make(administrator)
    row = WebhookSubscription.objects.get()
    act = reverse("connection_act", args=[row.public_id])

    assert "Sasaiste ir apturēta" in text(administrator.follow(act, do="pause"))
    assert "Sasaiste atkal darbojas." in text(administrator.follow(act, do="resume"))
    assert "Iepriekšējā slepenā atslēga der vēl 24 stundas." in text(administrator.post(act, do="secret"))
    assert administrator.get(reverse("connection_end", args=[row.public_id])).status_code == 200
    assert "Sasaiste ir izbeigta." in text(administrator.follow(act, do="end"))
    assert administrator.post(act, do="ping").status_code == 404
    assert administrator.post(act, do="dance").status_code == 404


def test_the_name_and_the_events_of_a_connection_change(visit):
    administrator = visit("una.vadiba")
    make(administrator)
    address = reverse("connection", args=[WebhookSubscription.objects.get().public_id])

    wish = {"name": "Arhīvs", "address": HERE, "types": ["case.closed", "case.decided"]}
    administrator.client.post(address, wish)
    wrong = administrator.client.post(address, {**wish, "name": "", "types": []})

    row = WebhookSubscription.objects.get()
    assert (row.name, row.types) == ("Arhīvs", ["case.decided", "case.closed"])
    assert wrong.status_code == 422
