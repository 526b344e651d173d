"""Who sees which webhooks: administrators all, heads those of their organisations."""

from typing import Any, Final, Self, TypeVar

from django.db import models
from django.db.models import Q

from accounts.models import Role
from accounts.scope import Scope

Row = TypeVar("Row", bound=models.Model)

HEADS: Final = (Role.INSTITUTION_HEAD, Role.MUNICIPALITY_HEAD)


def headed_by(scope: Scope) -> tuple[int, ...]:
    """Ids of the organisations for which they answer as head."""
    return tuple(dict.fromkeys(held.organisation_id for held in scope.roles if held.role in HEADS))


def _reached(scope: Scope, prefix: str = "") -> Q:
    if scope.can_admin:
        return Q()
    reached: dict[str, Any] = {f"{prefix}organisation_id__in": headed_by(scope)}
    return Q(**reached)


class SubscriptionQuerySet(models.QuerySet[Row]):
    """Subscriptions."""

    def visible_to(self, scope: Scope) -> Self:
        """Those that they may administrate, unless they have ended."""
        return self.filter(_reached(scope), ended_at=None)


class OfSubscriptionQuerySet(models.QuerySet[Row]):
    """Deliveries."""

    def visible_to(self, scope: Scope) -> Self:
        """Those of visible subscriptions."""
        return self.filter(_reached(scope, "subscription__"), subscription__ended_at=None)
