"""One task with its form, what was typed, what was answered before, and who may do what to it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from accounts.scope import Scope
from cases import audit, forms, papers, people, permissions
from cases.errors import NotFound, Reason
from cases.forms import Form, FormContext
from cases.models import Case, Document, Draft, FieldComment
from cases.permissions import TaskFacts
from cases.querysets import names_of
from cases.services.answers import form_of, newest, open_fields
from cases.services.locking import uuid_of
from cases.visibility import tasks_visible_to
from engine import catalog, clock
from engine.core.definition import Definition
from engine.models import Task

from .answers import answers_of, comment_views
from .counted import counted_of, explanations
from .views import AnswerView, CommentView, DraftView, TaskView


def task_detail(scope: Scope, public_id: UUID | str) -> TaskView:
    """The task page; NotFound if it is not visible. The reading is in the audit."""
    task = visible_task(scope, public_id)
    case = case_of_task(task)
    view = _view(task, case, scope)
    about, fields = f"task:{task.public_id}", {"case": str(case.public_id)}
    audit.record_read(scope.actor, about, fields, persons=permissions.concerned(case))
    return view


def facts_of(task: Task, case: Case, definition: Definition) -> TaskFacts:
    """What decides who may do the task, as it stands now."""
    element = catalog.element_of(definition, task.element)
    persons: set[int] = set()
    if element.differs_from:
        did = Task.objects.filter(
            instance_id=task.instance_id, status=Task.Status.COMPLETED, element__in=element.differs_from
        )
        actors = did.values_list("completed_by", flat=True).distinct()
        persons = {person for actor in actors if (person := people.person_behind(actor)) is not None}
    applicant = case.applicant.person_id if case.applicant else None
    return TaskFacts(task, element, applicant, case.subject_id, frozenset(persons))


def visible_task(scope: Scope, public_id: UUID | str) -> Task:
    """The task if it is visible; otherwise NotFound, which is recorded."""
    try:
        return tasks_visible_to(scope).get(public_id=uuid_of(public_id))
    except (Task.DoesNotExist, NotFound):
        audit.record_refusal(scope.actor, "task.read", f"task:{public_id}", NotFound())
        raise NotFound from None


def case_of_task(task: Task) -> Case:
    """The case of a task, with what its pages show of it."""
    cases = Case.objects.select_related("instance", "organisation", "applicant__person", "subject")
    return cases.defer("instance__state", "instance__state_sha256").get(instance_id=task.instance_id)


def _view(task: Task, case: Case, scope: Scope) -> TaskView:
    now = clock.now()
    definition = catalog.definition(case.instance.definition_id)
    element = catalog.element_of(definition, task.element)
    context = FormContext(case=case, task=task, user=scope.actor, now=now)
    form = forms.expanded(form_of(definition, case.instance.definition_id, task.form_key), context)
    comments = _comments(task, case)
    opened = open_fields(form, frozenset(comment.field for comment in comments)) if comments else None
    previous = newest(case.pk, task.form_key) if comments else {}
    draft = _draft(task, scope)
    facts = facts_of(task, case, definition)
    against = permissions.against_completing(facts, scope)
    is_open = task.status == Task.Status.OPEN
    explained = explanations(counted_of([case], [task]))[task.pk]
    return TaskView(
        public_id=task.public_id,
        element=task.element,
        name_lv=element.name,
        name_en=element.name_en,
        status=str(task.status),
        group=task.group,
        assignee=task.assignee,
        assignee_name=people.name_of(task.assignee) if task.assignee else "",
        is_mine=task.assignee in names_of(scope.actor),
        opened_at=task.opened_at,
        due_at=task.due_at,
        is_overdue=is_open and task.due_at is not None and task.due_at < now,
        explanation_lv=explained.text_lv,
        explanation_en=explained.text_en,
        form=form,
        context=context,
        values=_values(form, context, draft, previous, against),
        previous=previous,
        open_fields=opened,
        comments=comments,
        draft=draft,
        earlier=_earlier(case, context, scope, task),
        documents=_documents(case, scope),
        papers=papers.of_form(case, form) if against is None and is_open else {},
        against=against,
        can_claim=is_open and _can_claim(facts, scope),
        can_release=is_open and permissions.against_releasing(facts, scope) is None,
        has_colleagues=is_open and _has_colleagues(task, scope),
        can_return=is_open and against is None and form.return_rule is not None,
        returned_form=_returned_form(definition, case, form),
        returned_with=_returned_with(task, form),
        done_by=people.name_of(task.completed_by) if task.completed_by else "",
        done_at=task.closed_at,
        case_public_id=case.public_id,
        case_number=case.number,
        case_status=str(case.status),
        process_key=case.process_key,
        process_lv=definition.name,
        process_en=definition.name_en,
        organisation_id=case.organisation_id,
        organisation=case.organisation.name,
    )


def _can_claim(facts: TaskFacts, scope: Scope) -> bool:
    return not permissions.is_mine(facts.task, scope.actor) and (
        permissions.against_claiming(facts, scope) is None
    )


def _values(
    form: Form,
    context: FormContext,
    draft: DraftView | None,
    previous: Mapping[str, Any],
    against: Reason | None,
) -> Mapping[str, Any]:
    if draft is not None:
        return {**previous, **draft.content}
    if previous:
        return previous
    return forms.prefill(form, context) if against is None else {}


def _comments(task: Task, case: Case) -> tuple[CommentView, ...]:
    """The words that this correction must answer; once it is done, none."""
    if task.status != Task.Status.OPEN:
        return ()
    rows = FieldComment.objects.filter(case=case, form_key=task.form_key, answered_at=None).order_by("id")
    return comment_views(rows, people.names(row.author for row in rows))


def _returned_with(task: Task, form: Form) -> tuple[CommentView, ...]:
    """The words with which this task sent the case back, if it did."""
    if task.status != Task.Status.COMPLETED or form.return_rule is None:
        return ()
    rows = FieldComment.objects.filter(task=task).order_by("id")
    return comment_views(rows, people.names(row.author for row in rows))


def _has_colleagues(task: Task, scope: Scope) -> bool:
    """Whether anybody else could do the task too."""
    return any(person != scope.actor.person_id for person in people.persons_in(task.group))


def _draft(task: Task, scope: Scope) -> DraftView | None:
    row = Draft.objects.filter(task=task).first()
    if row is None:
        return None
    mine = row.author in names_of(scope.actor)
    return DraftView(row.content, row.version, people.name_of(row.author), mine, row.saved_at)


def _earlier(case: Case, context: FormContext, scope: Scope, task: Task) -> tuple[AnswerView, ...]:
    """Answers given before; a one-time link shows none but its own task's."""
    if scope.actor.channel == "link":
        return ()
    return tuple(view for view in answers_of(case, context) if view.form.key != task.form_key or view.former)


def _documents(case: Case, scope: Scope) -> tuple[Document, ...]:
    rows = Document.objects.visible_to(scope).select_related("signature").filter(case=case)
    return tuple(rows.order_by("given_at", "id"))


def _returned_form(definition: Definition, case: Case, form: Form) -> Form | None:
    if form.return_rule is None:
        return None
    return form_of(definition, case.instance.definition_id, form.return_rule.form)
