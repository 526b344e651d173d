"""Clears once a day what has no use any more: ended sessions, old links and tokens, sign-in attempts."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from accounts.actors import SYSTEM
from accounts.models import AccessToken, Activation
from cases import audit
from cases.models import TaskLink
from engine import clock, recurring
from engine.handlers import HandlerContext, handler

PURGE: Final = "retention.purge"


@handler(
    PURGE, runs="job", repeat="safe", title=("Tehnisko datu dzēšana", "Clearing what has no use any more")
)
def purge(_context: HandlerContext) -> Mapping[str, object] | None:
    """Deletes what ended longer ago than RETENTION_TECHNICAL_DAYS, and sessions as soon as they are over."""
    counts = {name: rows.delete()[0] for name, rows in _old().items()}
    if any(counts.values()):
        audit.record_act(SYSTEM, "retention.purged", "", counts)
    return None


def _old() -> Mapping[str, QuerySet[Model]]:
    now = clock.now()
    before = now - timedelta(days=settings.RETENTION_TECHNICAL_DAYS)
    ended = Q(expires_at__lt=before) | Q(revoked_at__lt=before)
    return {
        # By the real clock, as they end: the demo's shifted business time signs nobody out.
        "sessions": Session.objects.filter(expire_date__lt=timezone.now()),
        "tokens": AccessToken.objects.filter(ended),
        "activations": Activation.objects.filter(expires_at__lt=before),
        "links": TaskLink.objects.filter(expires_at__lt=before),
        "attempts": AccessAttempt.objects.filter(attempt_time__lt=before),
        "failures": AccessFailureLog.objects.filter(attempt_time__lt=before),
        "sign_ins": AccessLog.objects.filter(attempt_time__lt=before),
    }


recurring.every(PURGE, timedelta(days=1))
