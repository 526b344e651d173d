"""Does a batch: each item in its turn, for some seconds, then in the next job, until it is paused or ends."""

import time
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Final

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F

from accounts.actors import Actor, actor_of
from cases.batch_kinds import BatchKind, ItemFailed, Together, kind_of
from cases.bulk import because
from cases.errors import Busy, CaseError, NotAllowed, ProcessResting, Reason
from cases.models import Batch, BatchItem
from cases.services.batches import BATCH, go_on
from engine import causes, clock
from engine import sql as engine_sql
from engine.errors import ProcessSuspended
from engine.handlers import HandlerContext, handler

# A job is stopped after thirty seconds; what is left goes on in the next one, and others get their turn.
SECONDS: Final = 10.0
# What is busy waits for another turn, each time twice as long: some six minutes, more than any job takes.
MOST_TRIES: Final = 8
PAUSE: Final = timedelta(seconds=3)
_Status = BatchItem.Status

_DONE: Final = """
UPDATE cases_batchitem i
SET status = 'done', at = %(now)s::timestamptz, instance_id = n.instance, code = '', because_lv = '',
    because_en = ''
FROM jsonb_to_recordset(%(items)s::jsonb) AS n (id bigint, instance bigint) WHERE i.id = n.id RETURNING i.id
"""


@handler(BATCH, runs="job", repeat="safe", title=("Darbs ar vairākām lietām", "Many cases at once"))
def take_turns(context: HandlerContext) -> None:
    """Give the items that wait their turns in their order; a job that a newer one replaced does nothing.

    ProcessSuspended if they would start cases of a process that rests: they wait for it, and so does the job.
    """
    batch = Batch.objects.select_related("asked_by__person").get(pk=context.arguments["batch"])
    if batch.turn != context.arguments["turn"]:
        return
    kind, actor = kind_of(batch.kind), actor_of(batch.asked_by, "api" if batch.channel == "api" else "page")
    until = time.monotonic() + SECONDS
    for pks in _chunks(_in_order(batch), kind.most):
        if time.monotonic() >= until or not _goes_on(batch):
            break
        items = list(
            batch.items.select_related("instance")
            .filter(pk__in=pks, status=_Status.WAITING)
            .order_by("tries", "position")
        )
        if kind.together is None or not _turn_together(kind.together, batch, items, actor):
            for item in items:
                _one_turn(kind, batch, item, actor)
    _go_on_or_end(batch.pk, batch.turn)


def _in_order(batch: Batch) -> list[int]:
    waiting = batch.items.filter(status=_Status.WAITING).order_by("tries", "position")
    return list(waiting.values_list("pk", flat=True))


def _chunks(pks: list[int], most: int) -> Iterator[list[int]]:
    return (pks[first : first + most] for first in range(0, len(pks), most))


def _goes_on(batch: Batch) -> bool:
    """Whether it is neither paused nor over, and no newer job does it."""
    return Batch.objects.filter(pk=batch.pk, paused_at=None, ended_at=None, turn=batch.turn).exists()


def _turn_together(do: Together, batch: Batch, items: list[BatchItem], actor: Actor) -> bool:
    """Do these items in one transaction; False if that failed, and each is to be tried by itself."""
    _count_try(items, 1)
    try:
        if not batch.asked_by.is_active:
            raise NotAllowed(Reason.NOT_ADMINISTRATOR)
        refused = do(batch, items, actor)
    except ProcessResting as rests:
        _rest_with_process(batch, items, rests)
        return False
    except Exception:  # noqa: BLE001 (whatever it was is met again by the item that it concerns)
        return False
    for item in items:
        if item.pk in refused:
            _settle_refused(item, refused[item.pk])
    done = [item for item in items if item.pk not in refused]
    # Cancelled while they had their turn: what was done is told as done.
    rows = [{"id": item.pk, "instance": item.instance_id} for item in done]
    engine_sql.rows(_DONE, {"now": clock.now(), "items": engine_sql.many(rows)})
    return True


def _count_try(items: Iterable[BatchItem], number: int) -> None:
    BatchItem.objects.filter(pk__in=[item.pk for item in items]).update(tries=F("tries") + number)


def _rest_with_process(batch: Batch, items: Iterable[BatchItem], refused: CaseError) -> None:
    """ProcessSuspended, the try not counted, if the batch starts cases of a process and that rests."""
    rests = refused.__cause__
    if isinstance(rests, ProcessSuspended) and rests.details["process"] == batch.process_key:
        _count_try(items, -1)
        raise rests


def _settle_refused(item: BatchItem, refused: CaseError) -> None:
    code = refused.details.get("reason") or refused.details.get("because") or refused.code
    _settle(item, _Status.REFUSED, str(code), because(refused))


def _one_turn(kind: BatchKind, batch: Batch, item: BatchItem, actor: Actor) -> None:
    _count_try([item], 1)
    item.tries += 1
    try:
        if not batch.asked_by.is_active:
            raise NotAllowed(Reason.NOT_ADMINISTRATOR)
        kind.do(batch, item, actor)
    except Busy as busy:
        if item.tries >= MOST_TRIES:
            _settle(item, _Status.REFUSED, busy.code, because(busy))
    except CaseError as refused:
        _rest_with_process(batch, [item], refused)
        _settle_refused(item, refused)
    except (OperationalError, InterfaceError):
        # The database went away: the job is tried again, and with it this item.
        raise
    except ItemFailed as failed:
        _settle(item, _Status.FAILED, failed.code, (failed.because_lv, failed.because_en))
    except Exception as error:  # noqa: BLE001 (one item's failure is told with it and stops no other)
        cause, detail = causes.cause_of(error), causes.detail_of(error)
        item.told = {**item.told, "detail": detail}
        _settle(item, _Status.FAILED, str(cause), causes.in_both_languages(cause, detail))
    else:
        _settle(item, _Status.DONE)


def _settle(item: BatchItem, status: str, code: str = "", words: tuple[str, str] = ("", "")) -> None:
    # Cancelled while it had its turn, or had it twice because the batch was resumed: what was done is told as
    # done.
    unsettled = [_Status.WAITING, _Status.NOT_RUN]
    if status == _Status.DONE:
        unsettled += [_Status.REFUSED, _Status.FAILED]
    BatchItem.objects.filter(pk=item.pk, status__in=unsettled).update(
        status=status,
        at=clock.now(),
        code=code[:60],
        because_lv=words[0],
        because_en=words[1],
        told=item.told,
        instance=item.instance_id,
        **({} if item.before is None else {"before": item.before, "state_before": item.state_before}),
    )


@transaction.atomic
def _go_on_or_end(batch_id: int, turn: int) -> None:
    batch = Batch.objects.select_for_update().get(pk=batch_id)
    if batch.state != Batch.State.RUNNING or batch.turn != turn:
        return
    now = clock.now()
    tries = list(batch.items.filter(status=_Status.WAITING).values_list("tries", flat=True))
    if tries:
        fewest = min(tries)
        go_on(batch, now=now, due_at=now + PAUSE * 2 ** (fewest - 1) if fewest else None)
    else:
        batch.ended_at = now
        batch.save(update_fields=["ended_at"])
