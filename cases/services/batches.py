"""Asks for an act on many things, confirms, pauses, resumes and cancels it; a job does the items in turn."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from cases import audit
from cases.audit.chain import keyed_hash
from cases.batch_kinds import BatchKind, kind_of
from cases.errors import FieldError, FormInvalid, KeyReused, NotAllowed, NotFound, Reason, Refused
from cases.models import Batch, BatchItem
from engine import jobs

from .acting import Begun, act, begin
from .locking import uuid_of

BATCH: Final = "cases.batch"
MOST_ITEMS: Final = 50_000
LONGEST_REASON: Final = 1000
NO_REASON: Final = FieldError("reason", "required", "Norādiet pamatojumu.", "Give a reason.")
LONG_REASON: Final = FieldError(
    "reason",
    "too_long",
    f"Pamatojums var būt ne garāks par {LONGEST_REASON} rakstzīmēm.",
    f"The reason may have at most {LONGEST_REASON} characters.",
)
State = Batch.State


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: the kind, what it needs to know, why, and whether another person must confirm it.

    `found` is kept beside the arguments; the same request sent again may find something else.
    """

    kind: str
    reason: str
    process_key: str = ""
    arguments: Mapping[str, Any] | None = None
    needs_confirming: bool = False
    key: str = ""
    found: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """One thing of a batch: a process instance, or what a key names."""

    instance_id: int | None = None
    key: str = ""
    told: Mapping[str, Any] | None = None


def ask_batch(wanted: Wanted, targets: Iterable[Target], *, user: Actor, begun: Begun) -> Batch:
    """Write a batch in the caller's act and let it begin, unless somebody must confirm it first.

    The same key gives the same batch. NotAllowed, FormInvalid for the reason, Refused, KeyReused.
    """
    user_id = _allowed(kind_of(wanted.kind), begun, user)
    reason = checked_reason(wanted.reason)
    before = Batch.objects.filter(asked_by=user_id, key=wanted.key).first() if wanted.key else None
    if before is not None:
        return _same(before, wanted)
    asked = Batch(
        kind=wanted.kind,
        process_key=wanted.process_key,
        arguments={**(wanted.arguments or {}), **(wanted.found or {})},
        reason=reason,
        asked_by_id=user_id,
        asked_at=begun.now,
        channel=user.channel,
        key=wanted.key,
        needs_confirming=wanted.needs_confirming,
    )
    batch = _write(asked, tuple(targets))
    if batch is None:
        # The same request, sent twice at once: the other one was first.
        return _same(Batch.objects.get(asked_by=user_id, key=wanted.key), wanted)
    fields = {"kind": batch.kind, "items": batch.items.count(), "reason": reason, **batch.arguments}
    audit.record_act(user, "batch.asked", _about(batch), fields)
    if not batch.needs_confirming:
        _begin(batch, begun.now)
    return batch


def confirm_batch(public_id: UUID | str, *, user: Actor) -> Batch:
    """Let a batch begin that somebody else asked for. NotFound, NotAllowed, Refused if it does not wait."""
    with act(user, "batch.confirm", f"batch:{public_id}"):
        batch, begun = _locked(public_id, user)
        if user.person_id is None or user.person_id == batch.asked_by.person_id:
            raise NotAllowed(Reason.DECIDED_EARLIER)
        _must_be(batch, State.ASKED)
        batch.confirmed_by_id, batch.confirmed_at = user.user_id, begun.now
        batch.save(update_fields=["confirmed_by", "confirmed_at"])
        audit.record_act(user, "batch.confirmed", _about(batch), {})
        _begin(batch, begun.now)
        return batch


def pause_batch(public_id: UUID | str, *, user: Actor) -> Batch:
    """Let no further item have its turn for now. NotFound, NotAllowed, Refused if it does not run."""
    with act(user, "batch.pause", f"batch:{public_id}"):
        batch, begun = _locked(public_id, user)
        _must_be(batch, State.RUNNING)
        batch.paused_at = begun.now
        batch.save(update_fields=["paused_at"])
        audit.record_act(user, "batch.paused", _about(batch), {})
        return batch


def resume_batch(public_id: UUID | str, *, user: Actor) -> Batch:
    """Go on with a batch that was paused. NotFound, NotAllowed, Refused if it is not paused."""
    with act(user, "batch.resume", f"batch:{public_id}"):
        batch, begun = _locked(public_id, user)
        _must_be(batch, State.PAUSED)
        batch.paused_at = None
        batch.save(update_fields=["paused_at"])
        audit.record_act(user, "batch.resumed", _about(batch), {})
        go_on(batch, now=begun.now)
        return batch


def cancel_batch(public_id: UUID | str, *, user: Actor) -> Batch:
    """Leave undone what has had no turn yet. NotFound, NotAllowed, Refused if nothing waits any more."""
    with act(user, "batch.cancel", f"batch:{public_id}"):
        batch, begun = _locked(public_id, user)
        _must_be(batch, State.ASKED, State.RUNNING, State.PAUSED)
        waiting = batch.items.filter(status=BatchItem.Status.WAITING)
        left = waiting.update(status=BatchItem.Status.NOT_RUN, at=begun.now)
        batch.cancelled_at = batch.ended_at = begun.now
        batch.save(update_fields=["cancelled_at", "ended_at"])
        audit.record_act(user, "batch.cancelled", _about(batch), {"left": left})
        return batch


def go_on(batch: Batch, *, now: datetime, due_at: datetime | None = None) -> None:
    """Have a worker take the next items, in the caller's transaction; an earlier job of it does no more."""
    batch.turn += 1
    batch.save(update_fields=["turn"])
    jobs.enqueue(
        BATCH,
        now=now,
        arguments={"batch": batch.pk, "turn": batch.turn},
        due_at=due_at,
        natural_key=f"{BATCH}:{batch.pk}:{batch.turn}",
    )


def values_told(values: Mapping[str, Any]) -> dict[str, Any]:
    """What the arguments of a batch say of values that its items hold: names, and a hash to compare them."""
    return {"variables": sorted(values), "values_hash": keyed_hash(values)}


def checked_reason(text: str) -> str:
    """The reason that a person gave; FormInvalid without one, or if it is too long."""
    reason = text.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise FormInvalid((LONG_REASON if reason else NO_REASON,))
    return reason


def _begin(batch: Batch, now: datetime) -> None:
    batch.started_at = now
    batch.save(update_fields=["started_at"])
    go_on(batch, now=now)


def _allowed(kind: BatchKind, begun: Begun, user: Actor) -> int:
    """The id of who may ask for this kind; NotAllowed."""
    against = kind.against(begun.scope)
    if against is not None or user.user_id is None:
        raise NotAllowed(against or Reason.NOT_ADMINISTRATOR)
    return user.user_id


def _locked(public_id: UUID | str, user: Actor) -> tuple[Batch, Begun]:
    begun = begin(user)
    batches = Batch.objects.visible_to(begun.scope).select_for_update(of=("self",))
    batch = batches.select_related("asked_by").filter(public_id=uuid_of(public_id)).first()
    if batch is None:
        raise NotFound
    _allowed(kind_of(batch.kind), begun, user)
    return batch, begun


def _must_be(batch: Batch, *states: str) -> None:
    if batch.state not in states:
        raise Refused("batch_state", _WORDS[batch.state])


_WORDS: Final[Mapping[str, Any]] = {
    State.ASKED: _("This has not begun: another person must confirm it first."),
    State.RUNNING: _("This is going on already."),
    State.PAUSED: _("This is paused already."),
    State.CANCELLED: _("This was cancelled already."),
    State.ENDED: _("Everything has had its turn already."),
}


def _same(before: Batch, wanted: Wanted) -> Batch:
    found = wanted.found or {}
    asked = {name: value for name, value in before.arguments.items() if name not in found}
    if (before.kind, asked) != (wanted.kind, dict(wanted.arguments or {})):
        raise KeyReused
    return before


def _write(batch: Batch, targets: tuple[Target, ...]) -> Batch | None:
    """None if another one was written under its key meanwhile."""
    if not targets:
        raise Refused("nothing", _("There is nothing to which this could be done."))
    if len(targets) > MOST_ITEMS:
        raise Refused("too_many", _("Choose at most 50,000 at once."))
    try:
        with transaction.atomic():
            batch.save()
    except IntegrityError:
        return None
    BatchItem.objects.bulk_create(
        (
            BatchItem(
                batch=batch,
                position=position,
                instance_id=target.instance_id,
                key=target.key,
                told=dict(target.told or {}),
            )
            for position, target in enumerate(targets)
        ),
        batch_size=2000,
    )
    return batch


def _about(batch: Batch) -> str:
    return f"batch:{batch.public_id}"
