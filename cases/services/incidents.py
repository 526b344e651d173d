"""A person's retry of what could not go on by itself, recorded before it runs and after; many at once."""

from dataclasses import asdict, replace
from typing import Final
from uuid import UUID

from accounts.actors import Actor
from accounts.scope import scope_of
from cases import audit
from cases.errors import CaseError, NotFound
from cases.models import Batch, Case
from cases.queries.repairing import IncidentFilter, open_incidents
from cases.visibility import incidents_visible_to
from engine import clock
from engine.models import Incident
from engine.services.incidents import RetryResult
from engine.services.incidents import retry_incident as run_again

from .acting import act, begin
from .batches import Target, Wanted, ask_batch, values_told
from .repairs import KIND, Action, Asked

RETRY: Final = "retry"


def retry_incident(incident_id: UUID, *, user: Actor) -> RetryResult:
    """Run it now; resolved only after it passed.

    NotFound unless an administrator; IncidentResolved; InstanceSuspended, ProcessSuspended if it rests.
    """
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


def repair_incidents(
    chosen: IncidentFilter, asked: Asked | None, *, user: Actor, reason: str, key: str = ""
) -> Batch:
    """Do the same to all open incidents that fit: try them again, or the repair that is asked for.

    Each has its turn in a step of its own. What moves tokens waits until another administrator confirms it.
    NotAllowed, FormInvalid for the reason, Refused if there are none, KeyReused.
    """
    with act(user, "incidents.repair", "incidents"):
        begun = begin(user)
        arguments = {name: value for name, value in asdict(chosen).items() if value}
        if asked is not None:
            arguments |= {"action": str(asked.action), "target": asked.target}
            arguments |= values_told(asked.values or {})
        wanted = Wanted(
            kind=RETRY if asked is None else KIND,
            reason=reason,
            process_key=chosen.process,
            arguments=arguments,
            needs_confirming=asked is not None and asked.action != Action.SET,
            key=key,
        )
        found = open_incidents(begun.scope, chosen).select_related("instance", "wait", "task")
        return ask_batch(wanted, [_target(one, asked) for one in found], user=user, begun=begun)


def _target(incident: Incident, asked: Asked | None) -> Target:
    about = str(incident.public_id)
    if asked is None:
        return Target(incident.instance_id, about)
    at = incident.wait or incident.task
    version = incident.instance.version if incident.instance else 0
    here = replace(asked, wait=at.wait_id if at is not None else "")
    return Target(incident.instance_id, about, {**here.told(), "version": version})


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
