"""Acts on many tasks: how far each is, and what became of every task."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from accounts.scope import Scope
from cases import audit, forms, people, permissions
from cases.errors import NotFound
from cases.forms import Form, FormContext
from cases.models import BulkAction, BulkItem
from cases.services.bulk import cases_of, form_for
from cases.services.locking import uuid_of
from cases.visibility import tasks_visible_to
from engine import catalog, clock

from .cursors import turned

MOST_SHOWN: Final = 3
_Status = BulkItem.Status


@dataclass(frozen=True, slots=True)
class BulkView:
    """How far an act on many tasks is; `reasons` counts what was refused by its words."""

    public_id: UUID
    kind: str
    form: Form | None
    context: FormContext | None
    answers: Mapping[str, Any]
    to_name: str
    started_at: datetime
    ended_at: datetime | None
    cancelled_at: datetime | None
    looked_at: datetime | None
    total: int
    done: int
    refused: int
    cancelled: int
    waiting: int

    @property
    def settled(self) -> int:
        """How many have had their turn."""
        return self.total - self.waiting


@dataclass(frozen=True, slots=True)
class BulkItemRow:
    """One task of a bulk action with what became of it."""

    task_public_id: UUID
    case_public_id: UUID
    number: str
    name_lv: str
    name_en: str
    subject_name: str
    organisation: str
    status: str
    tries: int
    code: str
    because_lv: str
    because_en: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class BulkItemPage:
    """A page of items in their order."""

    items: tuple[BulkItemRow, ...]
    next_cursor: str
    previous_cursor: str
    count: int


def bulk_view(scope: Scope, public_id: UUID | str) -> BulkView:
    """How far one's own act on many tasks is; NotFound."""
    bulk = _counted(BulkAction.objects.visible_to(scope)).filter(public_id=uuid_of(public_id)).first()
    if bulk is None:
        raise NotFound
    form, context = _form(bulk, scope)
    return _view(bulk, form, context)


def bulk_items(
    scope: Scope, public_id: UUID | str, *, status: str = "", cursor: str | None = None, limit: int = 50
) -> BulkItemPage:
    """What became of its tasks, the refused ones first; NotFound."""
    bulk = BulkAction.objects.visible_to(scope).filter(public_id=uuid_of(public_id)).first()
    if bulk is None:
        raise NotFound
    chosen = bulk.items.filter(status=status) if status else bulk.items.all()
    page = turned(chosen.select_related("task"), cursor, limit, by="pk")
    return BulkItemPage(
        items=_items(page.rows, scope),
        next_cursor=page.next_cursor,
        previous_cursor=page.previous_cursor,
        count=chosen.count(),
    )


def bulks_to_tell(scope: Scope) -> tuple[BulkView, ...]:
    """One's own acts that are under way, or ended since one last looked; one statement."""
    news = Q(ended_at=None) | Q(looked_at=None) | Q(looked_at__lt=F("ended_at"))
    newest = BulkAction.objects.visible_to(scope).filter(news)
    return tuple(_view(bulk, None, None) for bulk in _counted(newest).order_by("-id")[:MOST_SHOWN])


def _counted(bulks: "QuerySet[BulkAction]") -> "QuerySet[BulkAction]":
    numbers = {f"n_{status}": Count("items", filter=Q(items__status=status)) for status in _Status.values}
    return bulks.annotate(**numbers)


def _view(bulk: BulkAction, form: Form | None, context: FormContext | None) -> BulkView:
    counted = {status: int(getattr(bulk, f"n_{status}")) for status in _Status.values}
    return BulkView(
        public_id=bulk.public_id,
        kind=str(bulk.kind),
        form=form,
        context=context,
        answers=bulk.answers,
        to_name=people.name_of(bulk.to) if bulk.to else "",
        started_at=bulk.started_at,
        ended_at=bulk.ended_at,
        cancelled_at=bulk.cancelled_at,
        looked_at=bulk.looked_at,
        total=sum(counted.values()),
        **counted,
    )


def _form(bulk: BulkAction, scope: Scope) -> tuple[Form | None, FormContext | None]:
    """The form that was answered once for all, by the first task."""
    first = bulk.items.select_related("task").order_by("position").first()
    if first is None or not bulk.form_key:
        return None, None
    case = cases_of([first.task])[first.task.instance_id]
    context = FormContext(case=case, task=first.task, user=scope.actor, now=clock.now())
    return forms.bulk_form(form_for(first.task, case)), context


def _items(rows: list[BulkItem], scope: Scope) -> tuple[BulkItemRow, ...]:
    """Rows with the words of their cases, as far as those are still visible to who asked."""
    tasks = [row.task for row in rows]
    cases = cases_of(tasks)
    seen = tasks_visible_to(scope).filter(pk__in=[task.pk for task in tasks])
    visible = set(seen.values_list("pk", flat=True))
    shown = [cases[task.instance_id] for task in tasks if task.pk in visible]
    audit.record_read(
        scope.actor,
        "bulk",
        {"cases": sorted({str(case.public_id) for case in shown})},
        persons=[person for case in shown for person in permissions.concerned(case)],
    )
    found = []
    for row in rows:
        case = cases[row.task.instance_id]
        sees = row.task_id in visible
        element = catalog.element_of(catalog.definition(case.instance.definition_id), row.task.element)
        found.append(
            BulkItemRow(
                task_public_id=row.task.public_id,
                case_public_id=case.public_id,
                number=case.number,
                name_lv=element.name,
                name_en=element.name_en,
                subject_name=str(case.subject) if sees and case.subject else "",
                organisation=case.organisation.name if sees else "",
                status=str(row.status),
                tries=row.tries,
                code=row.code,
                because_lv=row.because_lv,
                because_en=row.because_en,
                at=row.at,
            )
        )
    return tuple(found)
