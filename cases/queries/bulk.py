"""Acts on many tasks: what would happen to each of them, before it is asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from accounts.models import User
from accounts.scope import Scope
from cases import audit, bulk, forms, people, permissions
from cases.errors import BulkRefused, CaseError, NotAllowed, Reason, TaskNotOpen, TaskTaken
from cases.forms import Form, FormContext
from cases.models import BulkAction, Case
from cases.permissions import TaskFacts
from cases.services.bulk import WORDS, cases_of, form_for
from cases.services.locking import uuid_of
from cases.visibility import tasks_visible_to
from engine import clock
from engine import sql as engine_sql
from engine.models import Task

from .barred import DID, facts_of
from .inbox import rows_of
from .views import InboxRow

Kind = BulkAction.Kind
_FACTS: Final = f"""
SELECT t.id, t.element, i.definition_id, c.subject_id, {DID} AS did,
    (SELECT u.person_id FROM accounts_user u WHERE u.id = c.applicant_id) AS applicant_person
FROM engine_task t JOIN engine_processinstance i ON i.id = t.instance_id
JOIN cases_case c ON c.instance_id = t.instance_id WHERE t.id = ANY(%(tasks)s::bigint[])
"""  # noqa: S608 (our constants)


@dataclass(frozen=True, slots=True)
class BulkRow:
    """A selected task and why it cannot be done, empty if it can as things stand."""

    task: InboxRow
    code: str = ""
    because_lv: str = ""
    because_en: str = ""


@dataclass(frozen=True, slots=True)
class BulkPreview:
    """What an act would do to the selected tasks as they stand; `form` is what one decision may ask.

    `context` is that of the first task, for drawing the form; `groups` are those whose members could be given
    the tasks.
    """

    rows: tuple[BulkRow, ...]
    form: Form | None
    context: FormContext | None
    groups: tuple[str, ...]

    @property
    def possible(self) -> tuple[BulkRow, ...]:
        """The rows that nothing stands against."""
        return tuple(row for row in self.rows if not row.code)


@dataclass(slots=True)
class _Asked:
    """What is asked of every row of a preview."""

    scope: Scope
    kind: str
    answers: Mapping[str, Any] | None
    to: str
    now: datetime
    alike: tuple[str, str] | None = None
    colleague: User | None = None


def bulk_preview(
    scope: Scope,
    task_ids: Sequence[UUID | str],
    *,
    kind: str,
    answers: Mapping[str, Any] | None = None,
    to: str = "",
) -> BulkPreview:
    """What would happen to each of these visible tasks now; without answers the form is not checked yet."""
    ids = [uuid_of(one) for one in task_ids]
    tasks = list(tasks_visible_to(scope).filter(public_id__in=ids).order_by("instance_id", "id"))
    cases = cases_of(tasks)
    asked = _Asked(scope, kind, answers, to, clock.now())
    form, context = None, None
    if kind == Kind.COMPLETE:
        first = _commonest(tasks, cases)
        if first is not None:
            case = cases[first.instance_id]
            form = forms.bulk_form(form_for(first, case))
            context = FormContext(case=case, task=first, user=scope.actor, now=asked.now)
            asked.alike = (first.element, form_for(first, case).digest)
    if kind == Kind.ASSIGN and to:
        asked.colleague = User.objects.filter(username=to, is_active=True).first()
    facts = _facts(tasks)
    shown = {row.public_id: row for row in rows_of(scope, [task.pk for task in tasks])}
    rows = tuple(
        _row(shown[task.public_id], task, facts[task.pk], cases[task.instance_id], asked)
        for task in tasks
        if task.public_id in shown
    )
    audit.record_read(
        scope.actor,
        "tasks",
        {"cases": [str(case.public_id) for case in cases.values()]},
        persons=[person for case in cases.values() for person in permissions.concerned(case)],
    )
    possible = {row.task.public_id for row in rows if not row.code}
    groups = {task.group for task in tasks if task.group and task.public_id in possible}
    return BulkPreview(rows, form, context, tuple(sorted(groups)))


def _commonest(tasks: Sequence[Task], cases: Mapping[int, Case]) -> Task | None:
    """A task of the kind that most of those have which may be decided together."""
    kinds: dict[tuple[str, str], list[Task]] = {}
    for task in tasks:
        form = form_for(task, cases[task.instance_id])
        if forms.bulk_form(form) is not None:
            kinds.setdefault((task.element, form.digest), []).append(task)
    return max(kinds.values(), key=len)[0] if kinds else None


def _facts(tasks: Sequence[Task]) -> dict[int, TaskFacts]:
    """What decides who may do each of these tasks; one statement."""
    by_id = {task.pk: task for task in tasks}
    rows = engine_sql.rows(_FACTS, {"tasks": list(by_id)})
    return {row["id"]: facts_of(row, by_id[row["id"]]) for row in rows}


def _row(shown: InboxRow, task: Task, facts: TaskFacts, case: Case, asked: _Asked) -> BulkRow:
    try:
        _refuse(task, facts, case, asked)
    except CaseError as refused:
        code = str(refused.details.get("reason") or refused.code)
        latvian, english = bulk.because(refused)
        return BulkRow(shown, code, latvian, english)
    return BulkRow(shown)


def _refuse(task: Task, facts: TaskFacts, case: Case, asked: _Asked) -> None:
    """What would refuse the step if it were taken now."""
    scope = asked.scope
    if task.status != Task.Status.OPEN:
        raise TaskNotOpen(people.name_of(task.completed_by) if task.completed_by else "", task.closed_at)
    match asked.kind:
        case Kind.CLAIM:
            _allow(permissions.against_claiming(facts, scope), task)
            if task.assignee and not permissions.is_mine(task, scope.actor):
                raise TaskTaken(people.name_of(task.assignee), task.claimed_at)
        case Kind.RELEASE:
            _allow(permissions.against_releasing(facts, scope), task)
        case Kind.ASSIGN:
            _allow(permissions.against_giving(facts, scope), task)
            if asked.colleague is not None:
                _allow(permissions.against_person(facts, asked.colleague.person_id), task)
        case _:
            if asked.alike is None:
                raise BulkRefused("alone", WORDS["alone"])
            if (task.element, form_for(task, case).digest) != asked.alike:
                raise BulkRefused("forms", WORDS["forms"])
            _allow(permissions.against_completing(facts, scope), task)
            if asked.answers is not None:
                context = FormContext(case=case, task=task, user=scope.actor, now=asked.now)
                form = forms.expanded(form_for(task, case), context)
                forms.check(form, asked.answers, context=context)


def _allow(reason: Reason | None, task: Task) -> None:
    if reason is None:
        return
    if reason == Reason.ASSIGNED_TO_OTHER and task.assignee:
        raise NotAllowed(reason, people.name_of(task.assignee), task.claimed_at)
    raise NotAllowed(reason)
