"""Kinds of batches that repair: what another person confirmed, and the same act for many incidents."""

from uuid import UUID

from django.utils.translation import gettext_lazy

from accounts.actors import Actor
from cases.batch_kinds import ItemFailed, batch_kind
from cases.errors import Busy, NotFound, Refused
from cases.models import Batch, BatchItem, Case
from cases.services.incidents import RETRY, retry_incident
from cases.services.repairs import KIND, Action, Asked, carry_out
from engine import causes
from engine.errors import (
    EngineError,
    IncidentBusy,
    IncidentOfPerson,
    IncidentResolved,
    InstanceSuspended,
    ProcessSuspended,
)
from engine.models import Completion


@batch_kind(KIND, title=("Procesa labojums", "Repair of a process"))
def repair(batch: Batch, item: BatchItem, actor: Actor) -> None:
    """One repair, as it was previewed; refused if the case has moved on since, but for what the batch did."""
    of_batch = f"batch:{batch.public_id}:"
    key = f"{of_batch}{item.pk}"
    own = Completion.objects.filter(instance=item.instance_id, idempotency_key__startswith=of_batch)
    done = own.count()
    if _was_done(item, actor, key):
        return
    case = Case.objects.filter(instance=item.instance_id).first()
    if case is None:
        raise NotFound
    told = item.told
    asked = Asked.kept(told)
    of = {"reason": batch.reason, "batch": str(batch.public_id)}
    if batch.confirmed_by is not None:
        of["confirmed_by"] = f"user:{batch.confirmed_by_id}"
    carry_out(
        case.public_id,
        asked,
        user=actor,
        version=told["version"] + done,
        key=key,
        of=of,
        is_confirmed=batch.confirmed_by is not None,
    )


def _was_done(item: BatchItem, actor: Actor, key: str) -> bool:
    """Whether an earlier turn has done it, and its worker died before that was noted."""
    steps = Completion.objects.filter(instance=item.instance_id)
    if item.told["action"] != Action.CANCEL:
        return steps.filter(idempotency_key=key).exists()
    # The end of a case has no key; what was asked for is done to one version of it.
    ended = steps.filter(kind=Completion.Kind.CANCEL, actor=actor.name, version=item.told["version"] + 1)
    return item.tries > 1 and ended.exists()


@batch_kind(RETRY, title=("Atkārtots mēģinājums", "Trying again"))
def retry(_batch: Batch, item: BatchItem, actor: Actor) -> None:
    """One incident once more; done only if it passed, also if a worker died before that was noted."""
    try:
        result = retry_incident(UUID(item.key), user=actor)
    except (IncidentResolved, IncidentBusy) as against:
        if item.tries == 1:
            raise _against(against) from against
        if isinstance(against, IncidentBusy):
            raise Busy from against
        return
    except (IncidentOfPerson, InstanceSuspended) as against:
        raise _against(against) from against
    except ProcessSuspended as against:
        # Not raised from it: this batch starts no cases, so it does not wait for its process.
        raise _against(against) from None
    if not result.passed:
        raise ItemFailed(result.cause, *causes.in_both_languages(result.cause, result.detail))


def _against(error: EngineError) -> Refused:
    return Refused(error.code, gettext_lazy((type(error).__doc__ or "").strip()))
