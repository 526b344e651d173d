"""Completes a task, or returns the case for correction: the one flow, under the lock of the instance."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder

from accounts.actors import Actor
from cases import permissions, sql, steps
from cases.audit.chain import keyed_hashes
from cases.errors import KeyReused, NotAllowed, Reason
from cases.querysets import names_of
from cases.steps import CaseStep
from engine import services as engine
from engine import sql as engine_sql
from engine.events import StepResult

from .acting import act
from .answers import Entered, dumped, entered, variables
from .locking import LockedTask, lock_task
from .writing import end_step


@dataclass(frozen=True, slots=True)
class Completed:
    """A finished task and what is next for this person; `replayed`: the same request was answered before."""

    task_public_id: UUID
    case_public_id: UUID
    case_number: str
    next_task_public_id: UUID | None
    status: str
    replayed: bool


def complete_task(
    task_public_id: UUID | str,
    *,
    user: Actor,
    answers: Mapping[str, Any],
    draft_version: int | None = None,
    idempotency_key: str = "",
    body_sha256: str = "",
    on_behalf_of: str = "",
) -> Completed:
    """Complete an open task with these answers.

    NotFound, NotAllowed, TaskNotOpen, DraftConflict, FieldsUnknown, WrongType, FormInvalid, KeyReused, Busy.
    """
    body = body_sha256 or _body(answers, None)
    with act(user, "task.complete", f"task:{task_public_id}"):
        if on_behalf_of:
            raise NotAllowed(Reason.NO_SUBSTITUTION)
        held = lock_task(task_public_id, user, idempotency_key=idempotency_key)
        before = replayed(held, body)
        if before is not None:
            return before
        refuse(held)
        if draft_version is not None:
            _refuse_other_draft(held, draft_version)
        return _complete(held, user, entered(held, user, answers, None), idempotency_key, body)


def return_task(
    task_public_id: UUID | str,
    *,
    user: Actor,
    comments: Mapping[str, str],
    answers: Mapping[str, Any],
    idempotency_key: str = "",
    body_sha256: str = "",
) -> Completed:
    """Return the case for correction of the commented fields; the task's form says how. As complete_task."""
    body = body_sha256 or _body(answers, comments)
    with act(user, "task.return", f"task:{task_public_id}"):
        held = lock_task(task_public_id, user, idempotency_key=idempotency_key)
        before = replayed(held, body)
        if before is not None:
            return before
        refuse(held)
        return _complete(held, user, entered(held, user, answers, comments), idempotency_key, body)


def refuse(held: LockedTask) -> None:
    """TaskNotOpen or NotAllowed, unless this person may complete the task now."""
    held.refuse_not_open()
    held.refuse(permissions.against_completing(held.facts, held.scope))


def replayed(held: LockedTask, body: str) -> Completed | None:
    """The stored answer of the same request; KeyReused if the key was for another one."""
    before = held.before
    if before is None:
        return None
    if before.task_id != held.task.pk or before.body_sha256 != body:
        raise KeyReused
    following = before.result.get("next")
    return Completed(
        task_public_id=held.task.public_id,
        case_public_id=held.case.public_id,
        case_number=held.case.number,
        next_task_public_id=UUID(following) if following else None,
        status=str(before.result.get("status", held.case.status)),
        replayed=True,
    )


def _complete(held: LockedTask, user: Actor, given: Entered, key: str, body: str) -> Completed:
    intent: steps.Intent = "correct" if given.is_correction else "return" if given.is_return else "complete"
    step = CaseStep(held.case, user, held.now, intent, details=_details(given))
    with steps.under_way(step):
        _write_answers(held, user, given)
        result = engine.complete_task(
            held.locked,
            held.task.pk,
            variables=variables(held, given.form, given.content),
            actor=user.name,
            now=held.now,
            idempotency_key=key,
            body_sha256=body,
        )
    following = _next_for(held, user, result)
    status = str(held.case.status)
    told = {"next": str(following) if following else None, "status": status}
    end_step(step, task_id=held.task.pk, result=told)
    return Completed(
        task_public_id=held.task.public_id,
        case_public_id=held.case.public_id,
        case_number=held.case.number,
        next_task_public_id=following,
        status=status,
        replayed=False,
    )


def _details(given: Entered) -> dict[str, Any]:
    details: dict[str, Any] = {"form": given.form.key, "answers": keyed_hashes(given.content)}
    if given.comments:
        details["commented"] = sorted(given.comments)
    return details


def _write_answers(held: LockedTask, user: Actor, given: Entered) -> None:
    engine_sql.row(
        sql.ANSWER,
        {
            "task": held.task.pk,
            "case": held.case.pk,
            "form_key": held.task.form_key,
            "form_digest": given.form.digest,
            "content": dumped(given.content),
            "returned_form": given.returned_form,
            "fields": list(given.comments),
            "texts": list(given.comments.values()),
            "author": user.name,
            "now": held.now,
        },
    )


def _next_for(held: LockedTask, user: Actor, result: StepResult) -> UUID | None:
    """The first new task that this same person may do."""
    person = user.person_id
    for task in result.opened:
        element = held.definition.elements[task.element]
        did = {person} if person is not None and held.task.element in element.differs_from else set()
        facts = permissions.TaskFacts(
            task=task,
            element=element,
            applicant_person=held.facts.applicant_person,
            subject=held.case.subject_id,
            deciders=frozenset(did),
        )
        opens = user.channel != "link" and (not task.assignee or task.assignee in names_of(user))
        if opens and permissions.against_completing(facts, held.scope) is None:
            return task.public_id
    return None


def _refuse_other_draft(held: LockedTask, version: int) -> None:
    stands = held.draft
    if (stands.version if stands else 0) != version:
        raise held.draft_conflict()


def _body(answers: Mapping[str, Any], comments: Mapping[str, str] | None) -> str:
    content = {"answers": dict(answers), "comments": dict(comments or {}), "return": comments is not None}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, cls=DjangoJSONEncoder)
    return sha256(text.encode()).hexdigest()
