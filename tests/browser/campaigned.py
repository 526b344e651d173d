"""A campaign for the pages to show: a review of access in the colleges, stopped before it began."""

from __future__ import annotations

from django.urls import reverse

from accounts.actors import actor_of
from accounts.models import User
from cases.services.batches import cancel_batch
from cases.services.campaigns import Selection, start_campaign
from tests.browser.stages import Stages

KEY = "campaign-of-the-pages"


def campaign(_stages: Stages) -> str:
    """Its page."""
    user = User.objects.select_related("person").get(username="una.vadiba")
    actor = actor_of(user, "page")
    asked = start_campaign(
        "reattestation",
        Selection(kinds=("college",)),
        user=actor,
        reason="Ikgadējā pieejas pārskatīšana.",
        idempotency_key=KEY,
    )
    if asked.ended_at is None:
        cancel_batch(asked.public_id, user=actor)
    return reverse("campaign", args=[asked.public_id])
