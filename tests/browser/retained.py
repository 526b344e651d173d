"""A list of cases to be emptied, for whoever looks at its page."""

from __future__ import annotations

from django.urls import reverse

from accounts.models import User
from cases.models import RetentionItem, RetentionRule, RetentionRun
from engine import clock
from tests.browser.stages import OFFICER, Stages


def run(stages: Stages) -> str:
    """A list with one case, which somebody else prepared; by its rule nothing is due."""
    action = RetentionRule.Action.DELETE
    rule, _new = RetentionRule.objects.get_or_create(
        process_key="access_request", defaults={"years": 3, "action": action}
    )
    who = User.objects.get(username=OFFICER)
    found, is_new = RetentionRun.objects.get_or_create(
        digest="0" * 64, defaults={"prepared_by": who, "prepared_at": clock.now()}
    )
    if is_new:
        RetentionItem.objects.create(run=found, rule=rule, case=stages.granted.case, action=action)
    return reverse("retention_run", args=[found.public_id])
