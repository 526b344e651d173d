"""A worker that dies may have sent a mail that is sent again; nobody is left with a dead link."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from django.core import mail

from accounts.errors import ActivationRefused
from accounts.models import Activation
from accounts.services import activate
from engine import clock
from engine.handlers import HandlerContext
from engine.models import Wait
from processes.shared import INVITATION, invite_user

from .conftest import CONFIRMED, Walk, request

pytestmark = pytest.mark.django_db
PASSWORD = "garaJaunaParole-2026"


def again(topic: str) -> HandlerContext:
    """The job of a topic as the next worker gets it, whose one before died between the mail and the row."""
    job = Wait.objects.get(topic=topic)
    arguments: Mapping[str, object] = job.arguments
    return HandlerContext(
        instance_id=None,
        element="",
        topic=topic,
        variables={},
        now=clock.now(),
        actor="system",
        job_id=job.pk,
        arguments=arguments,
    )


def test_an_invitation_that_is_mailed_again_has_a_key_of_its_own_and_its_link_works(walk: Walk) -> None:
    walk.do("fill_request", "ilze.piemere", **request())
    walk.accept()
    walk.do("confirm_request", "ilze.piemere", **CONFIRMED)
    mail.outbox.clear()
    walk.do("decide", "karlis.paraugs", decision="grant")

    invite_user(again(INVITATION))

    first, second = [one for one in mail.outbox if "/aktivizet/" in str(one.body)]
    keys = [one.extra_headers["Message-ID"].partition("@")[0] for one in (first, second)]
    assert keys == [f"<invitation-{row.pk}" for row in Activation.objects.order_by("id")]
    assert first.to == second.to
    with pytest.raises(ActivationRefused):
        activate(token_of(first), PASSWORD, now=clock.now())
    user = activate(token_of(second), PASSWORD, now=clock.now())
    assert [user.person.email] == first.to


def test_an_invitation_is_not_mailed_again_to_who_has_chosen_a_password(walk: Walk) -> None:
    walk.to_decision()
    walk.do("decide", "karlis.paraugs", decision="grant")
    (invitation,) = [one for one in mail.outbox if "/aktivizet/" in str(one.body)]
    activate(token_of(invitation), PASSWORD, now=clock.now())
    mail.outbox.clear()

    invite_user(again(INVITATION))

    assert mail.outbox == []
    assert Activation.objects.count() == 1


def token_of(message: object) -> str:
    """The secret in an invitation."""
    return str(message.body).partition("/aktivizet/")[2].partition("/")[0]  # type: ignore[attr-defined]
