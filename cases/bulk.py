"""Does what was asked for many tasks: each task in one ordinary step, with all that is judged in it."""

import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import translation

from accounts.actors import Actor, actor_of
from cases import addresses
from cases.errors import Busy, CaseError, FormError, NotAllowed, Reason
from cases.models import BulkAction, BulkItem
from cases.notifications import MessageContext, Words, message_kind, notify
from cases.notifications.general import letter
from cases.services import tasks
from cases.services.bulk import BULK, enqueue
from engine import clock
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


def _take_turns(bulk: BulkAction, until: float) -> Exception | None:
    """One try for each waiting task while there is time; the last fault that is nobody's refusal."""
    fault = None
    actor = _actor(bulk)
    for pk in list(_in_order(bulk)):
        item = bulk.items.select_related("task").filter(pk=pk, status=_Status.WAITING).first()
        if item is None:
            continue
        if time.monotonic() >= until:
            break
        item.tries += 1
        item.save(update_fields=["tries"])
        try:
            _do(bulk, item, actor)
        except Busy as busy:
            _try_again(item, busy)
        except CaseError as refused:
            _refused(item, refused)
        except Exception as error:  # noqa: BLE001 (raised again once the others have had their turn)
            fault = error
        else:
            _settle(item, _Status.DONE)
    return fault


def _in_order(bulk: BulkAction) -> list[int]:
    waiting = bulk.items.filter(status=_Status.WAITING).order_by("tries", "position")
    return list(waiting.values_list("pk", flat=True))


def _actor(bulk: BulkAction) -> Actor:
    return actor_of(bulk.user, "api" if bulk.channel == "api" else "page")


def _do(bulk: BulkAction, item: BulkItem, actor: Actor) -> None:
    """One ordinary step; whether the person may do it is judged now."""
    if not bulk.user.is_active:
        raise NotAllowed(Reason.NOT_IN_GROUP)
    task = item.task.public_id
    match bulk.kind:
        case BulkAction.Kind.CLAIM:
            tasks.claim_task(task, user=actor)
        case BulkAction.Kind.RELEASE:
            # A worker that died after the step, before it was noted: the task is free already.
            if item.tries == 1 or item.task.assignee:
                tasks.release_task(task, user=actor)
        case BulkAction.Kind.ASSIGN:
            tasks.assign_task(task, user=actor, to=bulk.to)
        case _:
            key = f"bulk:{bulk.public_id}:{item.task_id}"
            tasks.complete_task(task, user=actor, answers=bulk.answers, idempotency_key=key)


def _settle(item: BulkItem, status: str, code: str = "", words: tuple[str, str] = ("", "")) -> None:
    # Cancelled while its step was under way: what was done is told as done.
    open_ones = BulkItem.objects.filter(pk=item.pk, status__in=[_Status.WAITING, _Status.CANCELLED])
    told = {"code": code, "because_lv": words[0], "because_en": words[1]}
    open_ones.update(status=status, at=clock.now(), **told)


def _try_again(item: BulkItem, busy: Busy) -> None:
    if item.tries >= MOST_TRIES:
        _refused(item, busy)


def _refused(item: BulkItem, refused: CaseError) -> None:
    code = refused.details.get("reason") or refused.details.get("because") or refused.code
    _settle(item, _Status.REFUSED, str(code)[:60], because(refused))


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
