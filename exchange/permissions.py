"""Who may connect other systems: predicates that give the reason against it, or None."""

from accounts.scope import Scope
from cases.errors import Reason
from exchange.querysets import headed_by


def can_subscribe(scope: Scope) -> bool:
    """Whether there is anything for which they may have other systems told."""
    return scope.actor.channel != "link" and (scope.can_admin or bool(headed_by(scope)))


def against_subscribing(scope: Scope, organisation_id: int | None) -> Reason | None:
    """Why they may not have another system told of the cases of this organisation, or of all."""
    if scope.actor.channel == "link":
        return Reason.ONLY_THIS_TASK
    if scope.can_admin or (organisation_id is not None and organisation_id in headed_by(scope)):
        return None
    return Reason.NOT_ADMINISTRATOR
