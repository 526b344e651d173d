"""Does what was asked for many tasks: each task in one ordinary step, with all that is judged in it."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import translation

from accounts.actors import Actor, actor_of
from cases import addresses, sql
from cases.errors import Busy, CaseError, FormError, NotAllowed, Reason
from cases.models import BulkAction, BulkItem
from cases.notifications import MessageContext, Words, message_kind, notify
from cases.notifications.general import letter
from cases.services import sharing, tasks
from cases.services.bulk import BULK, enqueue
from engine import clock
from engine import sql as engine_sql
from engine.handlers import HandlerContext, handler

# A job is stopped after thirty seconds; what is left goes on in the next one, and others get their turn.
SECONDS: Final = 10.0
MOST_TRIES: Final = 5
PAUSE: Final = timedelta(seconds=3)
# Who looked a moment ago sees the end on the page and needs no message.
LOOKS_ON: Final = timedelta(seconds=30)
FINISHED: Final = "bulk.finished"
_Status = BulkItem.Status


@handler(BULK, runs="job", repeat="keyed", title=("Darbs ar vairākiem uzdevumiem", "Many tasks at once"))
def go_on(context: HandlerContext) -> Mapping[str, object] | None:
    """Take the tasks that wait in their order; a repeat does nothing twice, for every step has its key."""
    bulk = BulkAction.objects.select_related("user__person").get(pk=context.arguments["bulk"])
    fault = _take_turns(bulk, time.monotonic() + SECONDS)
    waiting = list(bulk.items.filter(status=_Status.WAITING).values_list("tries", flat=True))
    if fault is not None and all(waiting):
        # A fault of the house: this job is tried again later, and in the end somebody looks at it.
        raise fault
    if waiting:
        now = clock.now()
        due_at = now + PAUSE if all(waiting) else None
        enqueue(bulk, now=now, after=f"{bulk.items.count() - len(waiting)}.{sum(waiting)}", due_at=due_at)
        return None
    _finish(bulk)
    return None


@dataclass(frozen=True, slots=True)
class Turn:
    """The turn of one item; `tries` counts this one."""

    id: int
    task_id: int
    tries: int
    public_id: UUID
    assignee: str


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of an item; `code` and the words in both languages say why it was refused."""

    id: int
    status: str = _Status.DONE
    code: str = ""
    words: tuple[str, str] = ("", "")


def _take_turns(bulk: BulkAction, until: float) -> Exception | None:
    """One try for each waiting task while there is time; the last fault that is nobody's refusal."""
    fault, settled = None, None
    actor = _actor(bulk)
    with sharing.between_items():
        for pk in _in_order(bulk):
            if time.monotonic() >= until:
                break
            turn, settled = _next(settled, pk), None
            if turn is None:
                continue
            if sharing.renewed():
                bulk.user.refresh_from_db(fields=["is_active"])
            try:
                settled = _done(bulk, turn, actor)
            except Exception as error:  # noqa: BLE001 (raised again once the others have had their turn)
                fault = error
        _next(settled, None)
    return fault


def _in_order(bulk: BulkAction) -> list[int]:
    waiting = bulk.items.filter(status=_Status.WAITING).order_by("tries", "position")
    return list(waiting.values_list("pk", flat=True))


def _next(settled: Settled | None, pk: int | None) -> Turn | None:
    """Write what became of one item and take the turn of the next; none if it does not wait any more."""
    if settled is None and pk is None:
        return None
    latvian, english = settled.words if settled else ("", "")
    (row,) = engine_sql.rows(
        sql.TURN,
        {
            "done": settled.id if settled else None,
            "status": str(settled.status) if settled else "",
            "code": settled.code if settled else "",
            "lv": latvian,
            "en": english,
            "next": pk,
        },
    )
    row.pop("commit")
    return Turn(**row) if row["id"] is not None else None


def _actor(bulk: BulkAction) -> Actor:
    return actor_of(bulk.user, "api" if bulk.channel == "api" else "page")


def _done(bulk: BulkAction, turn: Turn, actor: Actor) -> Settled | None:
    """What became of the item; none if it is to have another turn."""
    try:
        _do(bulk, turn, actor)
    except Busy as busy:
        return _refused(turn, busy) if turn.tries >= MOST_TRIES else None
    except CaseError as refused:
        return _refused(turn, refused)
    return Settled(turn.id)


def _do(bulk: BulkAction, turn: Turn, actor: Actor) -> None:
    """One ordinary step; whether the person may do it is judged now."""
    if not bulk.user.is_active:
        raise NotAllowed(Reason.NOT_IN_GROUP)
    match bulk.kind:
        case BulkAction.Kind.CLAIM:
            tasks.claim_task(turn.public_id, user=actor)
        case BulkAction.Kind.RELEASE:
            # A worker that died after the step, before it was noted: the task is free already.
            if turn.tries == 1 or turn.assignee:
                tasks.release_task(turn.public_id, user=actor)
        case BulkAction.Kind.ASSIGN:
            tasks.assign_task(turn.public_id, user=actor, to=bulk.to)
        case _:
            key = f"bulk:{bulk.public_id}:{turn.task_id}"
            tasks.complete_task(turn.public_id, user=actor, answers=bulk.answers, idempotency_key=key)


def _refused(turn: Turn, refused: CaseError) -> Settled:
    code = refused.details.get("reason") or refused.details.get("because") or refused.code
    return Settled(turn.id, _Status.REFUSED, str(code)[:60], because(refused))


def because(refused: CaseError) -> tuple[str, str]:
    """Why, in Latvian and English; of a form all that is wrong with it, which no shared answer mends."""
    if isinstance(refused, FormError) and refused.errors:
        latvian = " ".join(dict.fromkeys(one.message_lv for one in refused.errors))
        english = " ".join(dict.fromkeys(one.message_en for one in refused.errors))
        return f"Jāskata atsevišķi. {latvian}", f"To be looked at by itself. {english}"
    said = []
    for language in ("lv", "en"):
        with translation.override(language):
            said.append(str(refused.message))
    return said[0], said[1]


def _finish(bulk: BulkAction) -> None:
    with transaction.atomic():
        now = clock.now()
        if not BulkAction.objects.filter(pk=bulk.pk, ended_at=None).update(ended_at=now):
            return
        bulk.refresh_from_db(fields=["looked_at"])
        if bulk.looked_at is None or bulk.looked_at < now - LOOKS_ON:
            key = f"{FINISHED}:{bulk.pk}"
            notify(None, kind=FINISHED, recipient_id=bulk.user.person_id, natural_key=key, now=now)


@message_kind(FINISHED, lv="Pabeigts darbs ar vairākiem uzdevumiem", en="Many tasks at once: finished")
def finished(context: MessageContext) -> Words:
    """What was asked for many tasks is finished; how many were done and how many refused."""
    ended = BulkAction.objects.filter(user__person=context.recipient, ended_at=context.at)
    bulk = ended.order_by("-id").first()
    done, refused = (
        (bulk.items.filter(status=status).count() for status in (_Status.DONE, _Status.REFUSED))
        if bulk is not None
        else (0, 0)
    )
    where = addresses.of_bulk(bulk.public_id) if bulk is not None else addresses.of_inbox()
    return letter(
        context,
        lv=(
            "Darbs ar atlasītajiem uzdevumiem ir pabeigts",
            f"Darbs ar atlasītajiem uzdevumiem ir pabeigts. Paveikti: {done}. Nav paveikti: {refused}."
            f"\n\nPie katra uzdevuma redzams, kas ar to noticis:\n\n{where}",
        ),
        en=(
            "The selected tasks have had their turn",
            f"The selected tasks have had their turn. Done: {done}. Not done: {refused}."
            f"\n\nSee what became of each task:\n\n{where}",
        ),
    )
