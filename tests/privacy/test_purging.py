"""What has no use any more is cleared once a day; what still works stays."""

from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session

from accounts.models import AccessToken, User
from accounts.services import create_token
from cases.models import AuditEntry
from cases.purging import PURGE
from engine import clock, jobs, recurring


@pytest.mark.usefixtures("seeded")
def test_what_ended_long_ago_is_cleared_and_the_rest_stays(db: None, settings: Any) -> None:
    settings.RETENTION_TECHNICAL_DAYS = 30
    now = clock.now()
    user = User.objects.get(username="karlis.paraugs")
    for name in ("old", "new"):
        until = now + timedelta(days=1)
        create_token(user, name=name, scopes=["cases:read"], expires_at=until, now=now)
        Session.objects.create(session_key=name, session_data="", expire_date=until)
        AccessAttempt.objects.create(username=name, failures_since_start=1)
    long_ago = now - timedelta(days=31)
    AccessToken.objects.filter(name="old").update(expires_at=long_ago)
    Session.objects.filter(session_key="old").update(expire_date=now - timedelta(seconds=1))
    AccessAttempt.objects.filter(username="old").update(attempt_time=long_ago)

    jobs.enqueue(PURGE, now=now)
    jobs.run_due("test", until_empty=True)

    assert [token.name for token in AccessToken.objects.all()] == ["new"]
    assert [session.pk for session in Session.objects.all()] == ["new"]
    assert [attempt.username for attempt in AccessAttempt.objects.all()] == ["new"]
    entry = AuditEntry.objects.get(action="retention.purged")
    assert {name: count for name, count in entry.fields.items() if count and name != "channel"} == {
        "sessions": 1, "tokens": 1, "attempts": 1,
    }  # fmt: skip


def test_it_comes_again_every_day(db: None) -> None:
    recurring.forget()
    assert recurring.plan(clock.now()) >= 2  # the seal, too
