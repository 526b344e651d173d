"""One act on many tasks: asked for here, done later by a job, each task in a step of its own."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import User
from accounts.scope import Scope
from cases import audit, forms
from cases.audit.chain import keyed_hash
from cases.errors import BulkRefused, CaseNotOpen, KeyReused, NotAllowed, NotFound, Reason
from cases.forms import Form, FormContext
from cases.models import BulkAction, BulkItem, Case
from cases.visibility import tasks_visible_to
from engine import catalog, jobs
from engine.models import Task

from .acting import act, begin
from .answers import form_of
from .locking import uuid_of

BULK: Final = "cases.bulk"
MOST_TASKS: Final = 1000
Kind = BulkAction.Kind
WORDS: Final = {
    "none": _("Select at least one task."),
    "many": _("Select at most 1,000 tasks at once."),
    "forms": _("These tasks ask different things; one decision can be made only for tasks of one kind."),
    "alone": _("Tasks of this kind are done one by one."),
    "nobody": _("Choose a colleague."),
    "kind": _("This cannot be done to many tasks at once."),
}


def start_bulk(
    task_ids: Sequence[UUID | str],
    *,
    user: Actor,
    kind: str,
    answers: Mapping[str, Any] | None = None,
    to: str = "",
    idempotency_key: str = "",
) -> BulkAction:
    """Ask for an act on these tasks: `complete` with answers, `claim`, `release`, or `assign` to a username.

    What a single task refuses is refused at its turn. NotFound, BulkRefused, FieldsUnknown, WrongType,
    FormInvalid, KeyReused.
    """
    with act(user, f"bulk.{kind[:20]}", "tasks"):
        if user.user_id is None:
            raise NotAllowed(Reason.ONLY_THIS_TASK)
        begun = begin(user)
        ids = list(dict.fromkeys(uuid_of(one) for one in task_ids))
        tasks_asked = sorted(str(one) for one in ids)
        asked = keyed_hash({"kind": kind, "tasks": tasks_asked, "answers": answers or {}, "to": to})
        before = _started(user.user_id, idempotency_key)
        if before is not None:
            return _same(before, asked)
        tasks = _tasks(begun.scope, ids)
        form_key, content = _asked(tasks, user, kind, answers or {}, begun.now)
        if kind == Kind.ASSIGN and not User.objects.filter(username=to, is_active=True).exists():
            raise BulkRefused("nobody", WORDS["nobody"])
        bulk = _write(
            BulkAction(
                user_id=user.user_id,
                channel=user.channel,
                kind=kind,
                form_key=form_key,
                answers=content,
                to=to if kind == Kind.ASSIGN else "",
                key=idempotency_key,
                asked=asked,
                started_at=begun.now,
            ),
            tasks,
        )
        if bulk is None:
            # The same request, sent twice at once: the other one was first.
            return _same(BulkAction.objects.get(user_id=user.user_id, key=idempotency_key), asked)
        audit.record_act(user, "bulk.started", f"bulk:{bulk.public_id}", {"kind": kind, "tasks": len(tasks)})
        enqueue(bulk, now=begun.now)
        return bulk


def cancel_bulk(public_id: UUID | str, *, user: Actor) -> BulkAction:
    """Leave undone what has not had its turn yet. NotFound, CaseNotOpen if nothing waits any more."""
    with act(user, "bulk.cancel", f"bulk:{public_id}"):
        begun = begin(user)
        bulk = (
            BulkAction.objects.visible_to(begun.scope)
            .select_for_update()
            .filter(public_id=uuid_of(public_id))
            .first()
        )
        if bulk is None:
            raise NotFound
        if bulk.ended_at is not None:
            raise BulkEnded
        waiting = bulk.items.filter(status=BulkItem.Status.WAITING)
        left = waiting.update(status=BulkItem.Status.CANCELLED, at=begun.now)
        bulk.cancelled_at = bulk.ended_at = begun.now
        bulk.save(update_fields=["cancelled_at", "ended_at"])
        audit.record_act(user, "bulk.cancelled", f"bulk:{bulk.public_id}", {"left": left})
        return bulk


class BulkEnded(CaseNotOpen):
    """Nothing of the bulk action waits any more."""

    code = "bulk_ended"
    words = _("Everything that was selected has had its turn already.")


def look_at(public_id: UUID | str, *, user: Actor, now: datetime) -> None:
    """Remember that the person sees how far it is, so that no message has to tell them."""
    own = BulkAction.objects.filter(public_id=uuid_of(public_id), user__username=user.name)
    own.update(looked_at=now)


def enqueue(bulk: BulkAction, *, now: datetime, after: str = "", due_at: datetime | None = None) -> None:
    """Have a worker go on with it; once for each `after`."""
    jobs.enqueue(
        BULK, now=now, arguments={"bulk": bulk.pk}, due_at=due_at, natural_key=f"{BULK}:{bulk.pk}:{after}"
    )


def form_for(task: Task, case: Case) -> Form:
    """The form of a task, by the version of its process."""
    definition = catalog.definition(case.instance.definition_id)
    return form_of(definition, case.instance.definition_id, task.form_key)


def cases_of(tasks: Iterable[Task]) -> dict[int, Case]:
    """The cases of tasks by process instance, with what forms look at; one statement."""
    found = Case.objects.select_related("instance", "organisation", "applicant__person", "subject")
    rows = found.defer("instance__state", "instance__state_sha256")
    return {
        case.instance_id: case for case in rows.filter(instance_id__in={task.instance_id for task in tasks})
    }


def _tasks(scope: Scope, ids: Sequence[UUID]) -> list[Task]:
    if not ids:
        raise BulkRefused("none", WORDS["none"])
    if len(ids) > MOST_TASKS:
        raise BulkRefused("many", WORDS["many"])
    tasks = list(tasks_visible_to(scope).filter(public_id__in=ids).order_by("instance_id", "id"))
    if len(tasks) < len(ids):
        raise NotFound
    return tasks


def _asked(
    tasks: Sequence[Task], user: Actor, kind: str, answers: Mapping[str, Any], now: datetime
) -> tuple[str, dict[str, Any]]:
    """The key of the shared form and its checked answers, where the act has any."""
    if kind not in Kind.values:
        raise BulkRefused("kind", WORDS["kind"])
    if kind != Kind.COMPLETE:
        return "", {}
    cases = cases_of(tasks)
    kinds = {(task.element, form_for(task, cases[task.instance_id]).digest) for task in tasks}
    if len(kinds) > 1:
        raise BulkRefused("forms", WORDS["forms"])
    first = tasks[0]
    case = cases[first.instance_id]
    form = forms.bulk_form(form_for(first, case))
    if form is None:
        raise BulkRefused("alone", WORDS["alone"])
    context = FormContext(case=case, task=first, user=user, now=now)
    return first.form_key, forms.check(form, answers, context=context)


def _started(user_id: int, key: str) -> BulkAction | None:
    return BulkAction.objects.filter(user_id=user_id, key=key).first() if key else None


def _same(bulk: BulkAction, asked: str) -> BulkAction:
    if bulk.asked != asked:
        raise KeyReused
    return bulk


def _write(bulk: BulkAction, tasks: Sequence[Task]) -> BulkAction | None:
    """None if another one was written under its key meanwhile."""
    try:
        with transaction.atomic():
            bulk.save()
    except IntegrityError:
        return None
    BulkItem.objects.bulk_create(
        BulkItem(bulk=bulk, task=task, position=position) for position, task in enumerate(tasks)
    )
    return bulk
