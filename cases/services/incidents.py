"""A person's retry of what could not go on by itself, recorded before it runs and after."""

from uuid import UUID

from accounts.actors import Actor
from accounts.scope import scope_of
from cases import audit
from cases.errors import CaseError, NotFound
from cases.models import Case
from cases.visibility import incidents_visible_to
from engine import clock
from engine.models import Incident
from engine.services.incidents import RetryResult
from engine.services.incidents import retry_incident as run_again


def retry_incident(incident_id: UUID, *, user: Actor) -> RetryResult:
    """Run it now; resolved only after it passed. NotFound unless an administrator; IncidentResolved."""
    about = f"incident:{incident_id}"
    try:
        incident = _reachable(incident_id, user)
    except CaseError as error:
        audit.record_refusal(user, "incident_retried", about, error)
        raise
    _record(incident, user, "incident_retried", {})
    result = run_again(incident, actor=user.name)
    _record(incident, user, "incident_retry_ended", {"passed": result.passed, "cause": result.cause})
    return result


def _reachable(incident_id: UUID, user: Actor) -> Incident:
    scope = scope_of(user, at=clock.now())
    found = incidents_visible_to(scope).filter(public_id=incident_id).first() if scope.can_admin else None
    if found is None:
        raise NotFound
    return found


def _record(incident: Incident, user: Actor, action: str, fields: dict[str, object]) -> None:
    about = f"incident:{incident.public_id}"
    case = Case.objects.filter(instance_id=incident.instance_id).first() if incident.instance_id else None
    if case is None:
        audit.record_act(user, action, about, fields)
    else:
        audit.record(case, user, action, about, {"channel": user.channel, **fields}, clock.now())
