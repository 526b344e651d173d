"""Accounts that nobody has used for long: they sleep until who answers for their owner opens them."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import DateTimeField, F, Max
from django.db.models.functions import Coalesce, Greatest

from .basis import standing
from .models import Role, RoleGrant, User
from .scope import RIGA
from .services import deactivate


def unused(*, since: datetime, most: int = 200) -> list[User]:
    """Users who neither signed in nor used a token, nor were given a role since then."""
    used = Greatest(
        Coalesce(F("last_login"), F("created_at")),
        Coalesce(Max("tokens__last_used_at"), F("created_at")),
        Coalesce(Max("role_grants__granted_at"), F("created_at")),
        output_field=DateTimeField(),
    )
    rows = User.objects.filter(is_active=True).annotate(used=used).filter(used__lt=since)
    return list(rows.order_by("pk")[:most])


@transaction.atomic
def put_to_sleep(user: User, *, since: datetime, now: datetime) -> bool:
    """Whether the account sleeps from now on; never that of the last administrator of the ministry."""
    # The administrators' grants order two who would both leave the other as the last one.
    today = now.astimezone(RIGA).date()
    grants = standing(today).filter(role=Role.MINISTRY_ADMIN, user__is_active=True)
    administrators = set(grants.select_for_update(of=("self",)).values_list("user_id", flat=True))
    locked = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    recently = locked.last_login is not None and locked.last_login >= since
    if not locked.is_active or recently or administrators == {locked.pk}:
        return False
    deactivate(locked, now=now, because=User.ClosedBecause.INACTIVE)
    return True


def place_of(user: User, *, now: datetime) -> RoleGrant | None:
    """The role by which it is decided who may open the account: the first that still stands."""
    today: datetime = now.astimezone(RIGA)
    held = standing(today.date()).filter(user=user, organisation__status="active")
    return held.select_related("organisation__founder", "organisation__municipality").order_by("id").first()


def long_ago(now: datetime, days: int) -> datetime:
    """The moment before which nobody signed in."""
    return now - timedelta(days=days)
