"""Who has a task: claim, release, assign; and what is typed in it and not sent."""

import json
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from accounts.actors import Actor, actor_of
from accounts.models import User
from accounts.scope import scope_of
from cases import audit, people, permissions, sql
from cases.errors import (
    FieldError,
    FieldsUnknown,
    FormInvalid,
    NotAllowed,
    Reason,
    TaskTaken,
)
from cases.forms import FormContext, expanded
from cases.models import Draft
from engine import services as engine
from engine import sql as engine_sql
from engine.events import TaskRow

from .acting import act
from .answers import UNKNOWN, dumped, form_of
from .completing import refuse
from .locking import LockedTask, lock_task

LARGEST_DRAFT: Final = 200_000
TOO_LARGE: Final = ("Melnraksts ir par lielu.", "The draft is too large.")


def claim_task(task_public_id: UUID | str, *, user: Actor, take_over: bool = False) -> TaskRow:
    """Take an open task, a colleague's with `take_over`. NotFound, NotAllowed, TaskNotOpen, TaskTaken."""
    with act(user, "task.claim", f"task:{task_public_id}"):
        held = lock_task(task_public_id, user)
        held.refuse_not_open()
        if permissions.is_mine(held.task, user) and user.channel != "link":
            held.refuse(permissions.against_completing(held.facts, held.scope))
        else:
            held.refuse(permissions.against_claiming(held.facts, held.scope))
            if held.task.assignee and not take_over:
                raise TaskTaken(people.name_of(held.task.assignee), held.task.claimed_at)
        row = engine.claim_task(
            held.task.pk, assignee=user.name, actor=user.name, now=held.now, take_over=take_over
        )
        _record(held, user, "task.claimed", {"from": held.task.assignee})
        return row


def release_task(task_public_id: UUID | str, *, user: Actor) -> TaskRow:
    """Give a task of one's own back to its group. NotFound, NotAllowed, TaskNotOpen."""
    with act(user, "task.release", f"task:{task_public_id}"):
        held = lock_task(task_public_id, user)
        held.refuse_not_open()
        held.refuse(permissions.against_releasing(held.facts, held.scope))
        row = engine.release_task(held.task.pk, assignee=held.task.assignee, actor=user.name, now=held.now)
        _record(held, user, "task.released", {})
        return row


def assign_task(task_public_id: UUID | str, *, user: Actor, to: str) -> TaskRow:
    """Give a task to a colleague of its group, by username. NotFound, NotAllowed, TaskNotOpen."""
    with act(user, "task.assign", f"task:{task_public_id}"):
        held = lock_task(task_public_id, user)
        held.refuse_not_open()
        held.refuse(permissions.against_giving(held.facts, held.scope))
        colleague = User.objects.filter(username=to, is_active=True).select_related("person").first()
        if colleague is None:
            raise NotAllowed(Reason.NOT_A_COLLEAGUE)
        reach = scope_of(actor_of(colleague, "page"), at=held.now)
        if not reach.is_member(held.task.group):
            raise NotAllowed(Reason.NOT_A_COLLEAGUE)
        held.refuse(permissions.against_person(held.facts, colleague.person_id))
        row = engine.assign_task(held.task.pk, assignee=to, actor=user.name, now=held.now)
        _record(held, user, "task.assigned", {"from": held.task.assignee, "to": to})
        return row


def save_draft(
    task_public_id: UUID | str, *, user: Actor, content: Mapping[str, Any], version: int | None
) -> Draft:
    """Keep what is typed; `version` is the one that it replaces, none or 0 if there is none yet.

    NotFound, NotAllowed, TaskNotOpen, FieldsUnknown, DraftConflict.
    """
    with act(user, "draft.save", f"task:{task_public_id}"):
        held = lock_task(task_public_id, user)
        refuse(held)
        text = _checked(held, content)
        row = engine_sql.row(
            sql.SAVE_DRAFT,
            {
                "task": held.task.pk,
                "content": text,
                "version": version or 0,
                "author": user.name,
                "now": held.now,
            },
        )
        if row is None and (same := _saved_already(held, user, text)) is not None:
            return same
        if row is None:
            raise held.draft_conflict()
        _record(held, user, "draft.saved", {"version": row["version"], "fields": sorted(content)})
        return Draft(
            task_id=held.task.pk,
            content=dict(content),
            version=row["version"],
            author=user.name,
            saved_at=held.now,
        )


def _saved_already(held: LockedTask, user: Actor, text: str) -> Draft | None:
    """The draft that stands if the same person saved the same content: a page that saved twice at once."""
    stands = Draft.objects.filter(task_id=held.task.pk, author=user.name).first()
    return stands if stands is not None and stands.content == json.loads(text) else None


def _record(held: LockedTask, user: Actor, action: str, fields: Mapping[str, Any]) -> None:
    audit.record(held.case, user, action, f"task:{held.task.public_id}", fields, held.now)


def _checked(held: LockedTask, content: Mapping[str, Any]) -> str:
    context = FormContext(case=held.case, task=held.task, user=held.scope.actor, now=held.now)
    form = form_of(held.definition, held.locked.definition_id, held.task.form_key)
    form = expanded(form, context)
    unknown = sorted(str(name) for name in content if not form.knows(str(name)))
    if unknown:
        raise FieldsUnknown(tuple(FieldError(name[:100], "unknown", *UNKNOWN) for name in unknown[:20]))
    text = dumped(content)
    if len(text) > LARGEST_DRAFT:
        raise FormInvalid((FieldError("", "too_large", *TOO_LARGE),))
    return text
