"""Starts a case: its number, its process instance, its row, and the first task in the applicant's hands."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from accounts.actors import SYSTEM, Actor
from cases import numbering, permissions, steps
from cases.errors import KeyReused, NotAllowed, NotFound
from cases.models import Case
from cases.querysets import names_of
from cases.steps import CaseStep
from cases.variables import start_variables
from engine import catalog
from engine.core.definition import Definition
from engine.core.values import Value
from engine.events import StepResult, TaskRow
from engine.models import ProcessDefinition, Task
from engine.services import claim_task, start_instance
from registries.models import Organisation, Person

from .acting import Begun, act, begin
from .writing import end_step


@dataclass(frozen=True, slots=True)
class Started:
    """A case that has begun, and the first task if it is the applicant's; `replayed`: it was there before."""

    case: Case
    task: TaskRow | None
    replayed: bool = False


def start_case(
    process_key: str, *, user: Actor, organisation: Organisation, idempotency_key: str = ""
) -> Started:
    """Start a case of this process for the organisation. NotFound, NotAllowed, KeyReused."""
    try:
        with _act(process_key, user):
            return _start(process_key, user, organisation, idempotency_key)
    except KeyReused:
        # The same key at the same instant: the one that came first has started the case by now.
        started = _started_before(process_key, user, organisation, idempotency_key)
        if started is None:
            raise
        return started


@contextmanager
def _act(process_key: str, user: Actor) -> Iterator[None]:
    with act(user, "case.start", f"process:{process_key}"[:100]):
        yield


def _start(process_key: str, user: Actor, organisation: Organisation, key: str) -> Started:
    begun = begin(user)
    row = catalog.current(process_key)
    definition = catalog.definition(row.pk)
    _refuse(definition, begun, organisation)
    before = _started_before(process_key, user, organisation, key)
    if before is not None:
        return before
    case = Case(
        number=numbering.next_number(definition, now=begun.now),
        process_key=definition.key,
        organisation=organisation,
        applicant_id=user.user_id,
        created_at=begun.now,
        start_key=key if user.user_id is not None else "",
    )
    step = CaseStep(case, user, begun.now, "start")
    with steps.under_way(step):
        result = _started(row, definition, step, start_variables(organisation, user), key)
        task = _first_task(result, definition, begun, user)
    end_step(step)
    return Started(case, task)


def start_by_system(
    process_key: str,
    *,
    organisation: Organisation,
    now: datetime,
    subject: Person | None = None,
    given: Mapping[str, Value] | None = None,
    key: str = "",
) -> Started:
    """A case without an applicant, in the caller's transaction; the same process, organisation and key once.

    `given` are values of declared variables besides those that every case has.
    """
    # The organisation's row orders two starts at once.
    Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    standing = Case.objects.filter(
        process_key=process_key, organisation=organisation, applicant=None, start_key=key
    )
    if key and (before := standing.first()) is not None:
        return Started(before, None, replayed=True)
    row = catalog.current(process_key)
    case = case_by_system(
        row, organisation=organisation, now=now, subject=subject, given=given or {}, start_key=key
    )
    return Started(case, None)


def case_by_system(
    row: ProcessDefinition,
    *,
    organisation: Organisation,
    now: datetime,
    subject: Person | None = None,
    brought: Mapping[str, Value] | None = None,
    given: Mapping[str, Value],
    start_key: str = "",
    at: str = "",
) -> Case:
    """A case of this version without an applicant, begun `at` this start event, in the caller's transaction.

    Of values for one variable `given` goes before what every case has, and that before what was `brought`.
    """
    definition = catalog.definition(row.pk)
    case = Case(
        number=numbering.next_number(definition, now=now),
        process_key=definition.key,
        organisation=organisation,
        subject=subject,
        created_at=now,
        start_key=start_key,
    )
    step = CaseStep(case, SYSTEM, now, "start")
    values = {**(brought or {}), **start_variables(organisation, None), **given}
    with steps.under_way(step):
        _started(row, definition, step, values, "", at)
    end_step(step)
    return case


def _started(
    row: ProcessDefinition,
    definition: Definition,
    step: CaseStep,
    given: Mapping[str, Value],
    key: str,
    at: str = "",
) -> StepResult:
    return start_instance(
        row,
        variables={name: value for name, value in given.items() if name in definition.variables},
        business_key=step.case.number,
        actor=step.user.name,
        now=step.now,
        idempotency_key=key,
        at=at,
    )


def _refuse(definition: Definition, begun: Begun, organisation: Organisation) -> None:
    scope = begun.scope
    reason = permissions.against_starting(definition, scope, organisation.pk)
    if reason is None:
        return
    if not Organisation.objects.visible_to(scope).filter(pk=organisation.pk).exists():
        raise NotFound
    raise NotAllowed(reason)


def _started_before(process_key: str, user: Actor, organisation: Organisation, key: str) -> Started | None:
    """The case that the same request started; KeyReused if the key was for another one."""
    if not key or user.user_id is None:
        return None
    case = Case.objects.filter(applicant_id=user.user_id, start_key=key).first()
    if case is None:
        return None
    if case.process_key != process_key or case.organisation_id != organisation.pk:
        raise KeyReused
    mine = Task.objects.filter(instance_id=case.instance_id, assignee__in=names_of(user)).order_by("id")
    return Started(case, _row(mine.first()), replayed=True)


def _first_task(result: StepResult, definition: Definition, begun: Begun, user: Actor) -> TaskRow | None:
    """The first task that is the applicant's; one of their group is put into their hands."""
    for task in result.opened:
        if task.assignee in names_of(user):
            return task
        facts = permissions.TaskFacts(
            task=task,
            element=definition.elements[task.element],
            applicant_person=user.person_id,
            subject=None,
            deciders=frozenset(),
        )
        if not task.assignee and permissions.against_claiming(facts, begun.scope) is None:
            claim_task(task.id, assignee=user.name, actor=user.name, now=begun.now)
            return replace(task, assignee=user.name)
    return None


def _row(task: Task | None) -> TaskRow | None:
    if task is None:
        return None
    return TaskRow(
        id=task.pk,
        public_id=UUID(str(task.public_id)),
        wait_id=task.wait_id,
        element=task.element,
        form_key=task.form_key,
        group=task.group,
        assignee=task.assignee,
        due_at=task.due_at,
    )
