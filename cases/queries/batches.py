"""Acts on many things: how far each is, and what became of every item."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from accounts.scope import Scope
from cases import audit
from cases.batch_kinds import kind_of
from cases.errors import NotFound
from cases.models import Batch, BatchItem, Case
from cases.services.locking import uuid_of

from .cursors import turned

NEWEST: Final = 50
PAGE: Final = 50
_Status = BatchItem.Status
State = Batch.State


@dataclass(frozen=True, slots=True)
class BatchView:
    """How far a batch is and what the person who looks at it may do to it.

    `may_confirm`: it waits for another person, and they are one; `may_run`: they may pause, resume or cancel;
    `values`: what it writes into every case, for those who might have asked for it.
    """

    public_id: UUID
    kind: str
    title_lv: str
    title_en: str
    process_key: str
    arguments: Mapping[str, Any]
    reason: str
    state: str
    asked_by: str
    asked_at: datetime
    confirmed_by: str
    confirmed_at: datetime | None
    ended_at: datetime | None
    total: int
    waiting: int
    done: int
    failed: int
    refused: int
    not_run: int
    may_confirm: bool
    may_run: bool
    values: Mapping[str, Any]

    @property
    def settled(self) -> int:
        """How many have had their turn."""
        return self.total - self.waiting


@dataclass(frozen=True, slots=True)
class BatchItemRow:
    """One item; the case is empty where it has none, or who asks may not see it."""

    key: str
    case_public_id: UUID | None
    case_number: str
    organisation: str
    status: str
    tries: int
    code: str
    because_lv: str
    because_en: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class BatchItemPage:
    """A page of items in their order."""

    items: tuple[BatchItemRow, ...]
    next_cursor: str
    previous_cursor: str
    count: int


def newest_batches(scope: Scope, *, process_key: str = "") -> tuple[BatchView, ...]:
    """The newest batches that they may see; of one process, or of all."""
    found = Batch.objects.visible_to(scope)
    found = found.filter(process_key=process_key) if process_key else found
    return tuple(_view(batch, scope) for batch in _counted(found).order_by("-id")[:NEWEST])


def batch_view(scope: Scope, public_id: UUID | str) -> BatchView:
    """How far it is; NotFound."""
    return _view(_found(_counted(Batch.objects.visible_to(scope)), public_id), scope)


def batch_items(
    scope: Scope, public_id: UUID | str, *, status: str = "", cursor: str | None = None, limit: int = PAGE
) -> BatchItemPage:
    """What became of its items, in their order; NotFound."""
    batch = _found(Batch.objects.visible_to(scope), public_id)
    chosen = batch.items.filter(status=status) if status else batch.items.all()
    page = turned(chosen, cursor, limit, by="position")
    return BatchItemPage(
        items=_items(page.rows, scope),
        next_cursor=page.next_cursor,
        previous_cursor=page.previous_cursor,
        count=chosen.count(),
    )


def reasons_of(scope: Scope, public_id: UUID | str) -> tuple[tuple[str, str, int], ...]:
    """Why items were refused or failed, in both languages, the commonest reason first; NotFound."""
    batch = _found(Batch.objects.visible_to(scope), public_id)
    because = batch.items.filter(status__in=(_Status.REFUSED, _Status.FAILED))
    counted = because.values_list("because_lv", "because_en").annotate(n=Count("id"))
    return tuple(counted.order_by("-n", "because_lv"))


def _found(batches: "QuerySet[Batch]", public_id: UUID | str) -> Batch:
    batch = batches.filter(public_id=uuid_of(public_id)).first()
    if batch is None:
        raise NotFound
    return batch


def _counted(batches: "QuerySet[Batch]") -> "QuerySet[Batch]":
    numbers = {f"n_{status}": Count("items", filter=Q(items__status=status)) for status in _Status.values}
    people = batches.select_related("asked_by__person", "confirmed_by__person")
    # One act writes the same into all.
    first = BatchItem.objects.filter(batch=OuterRef("pk")).order_by("position")
    return people.annotate(**numbers, values=Subquery(first.values("told__values")[:1]))


def _view(batch: Batch, scope: Scope) -> BatchView:
    counted = {status: int(getattr(batch, f"n_{status}")) for status in _Status.values}
    kind = kind_of(batch.kind)
    may = kind.against(scope) is None
    is_other = scope.person_id is not None and scope.person_id != batch.asked_by.person_id
    return BatchView(
        public_id=batch.public_id,
        kind=batch.kind,
        title_lv=kind.title[0],
        title_en=kind.title[1],
        process_key=batch.process_key,
        arguments=batch.arguments,
        reason=batch.reason,
        state=batch.state,
        asked_by=str(batch.asked_by.person),
        asked_at=batch.asked_at,
        confirmed_by=str(batch.confirmed_by.person) if batch.confirmed_by else "",
        confirmed_at=batch.confirmed_at,
        ended_at=batch.ended_at,
        total=sum(counted.values()),
        may_confirm=may and is_other and batch.state == State.ASKED,
        may_run=may and batch.state in (State.ASKED, State.RUNNING, State.PAUSED),
        values=(batch.values if may else None) or {},  # type: ignore[attr-defined]
        **counted,
    )


def _items(rows: list[BatchItem], scope: Scope) -> tuple[BatchItemRow, ...]:
    instances = [row.instance_id for row in rows if row.instance_id is not None]
    seen = Case.objects.visible_to(scope).filter(instance__in=instances).select_related("organisation")
    cases = {case.instance_id: case for case in seen}
    if cases:
        told = {"cases": sorted(str(case.public_id) for case in cases.values())}
        audit.record_read(scope.actor, "batch", told)
    return tuple(_row(row, cases.get(row.instance_id or 0)) for row in rows)


def _row(row: BatchItem, case: Case | None) -> BatchItemRow:
    return BatchItemRow(
        key=row.key,
        case_public_id=case.public_id if case else None,
        case_number=case.number if case else "",
        organisation=case.organisation.name if case else row.told.get("organisation", ""),
        status=str(row.status),
        tries=row.tries,
        code=row.code,
        because_lv=row.because_lv,
        because_en=row.because_en,
        at=row.at,
    )
