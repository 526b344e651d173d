"""What is due to be emptied, and the lists of it: for whoever prepares, signs or looks through one."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from accounts.basis import standing
from accounts.models import Role
from cases import retention
from cases.errors import NotFound
from cases.models import RetentionItem, RetentionRun
from cases.services.locking import uuid_of
from engine import catalog
from engine.errors import DefinitionNotFound

from .cursors import turned


@dataclass(frozen=True, slots=True)
class RuleRow:
    """What is done with the closed cases of a process, and when; no years where nobody has set a rule."""

    process: str
    process_lv: str
    process_en: str
    years: int | None
    action: str
    legal_basis: str
    due: int


@dataclass(frozen=True, slots=True)
class RunCasePage:
    """A page of the cases in a list, in its order."""

    items: tuple[RetentionItem, ...]
    next_cursor: str
    previous_cursor: str
    count: int


def rule_rows(now: datetime) -> tuple[RuleRow, ...]:
    """Every rule with how many cases are due by it now, then the processes that have none."""
    counts: dict[int, int] = {}
    for one in retention.due_cases(now):
        counts[one.rule.pk] = counts.get(one.rule.pk, 0) + 1
    known = retention.rules()
    rows = [
        RuleRow(
            rule.process_key,
            *names_of_process(rule.process_key),
            rule.years,
            rule.action,
            rule.legal_basis,
            counts.get(rule.pk, 0),
        )
        for rule in known
    ]
    keys = {rule.process_key for rule in known}
    rows += [
        RuleRow(row.key, row.name, row.name_en, None, "", "", 0)
        for row in catalog.all_current()
        if row.key not in keys
    ]
    return tuple(rows)


def names_of_process(key: str) -> tuple[str, str]:
    """What a process is called in Latvian and English; its key if it is there no more."""
    try:
        row = catalog.current(key)
    except DefinitionNotFound:
        return key, key
    return row.name, row.name_en


def administrators_besides(person_id: int, day: date) -> tuple[str, ...]:
    """Who else can sign what this person prepared, by name."""
    held = standing(day).filter(role=Role.MINISTRY_ADMIN, valid_from__lte=day, user__is_active=True)
    others = held.exclude(user__person_id=person_id).select_related("user__person")
    return tuple(dict.fromkeys(str(one.user.person) for one in others.order_by("user__person__sort_key")))


def run_of(public_id: UUID | str) -> RetentionRun:
    """A list by its public id; NotFound. Only for who may prepare and sign lists."""
    runs = RetentionRun.objects.select_related("prepared_by__person", "signed_by__person")
    found = runs.filter(public_id=uuid_of(public_id)).first()
    if found is None:
        raise NotFound
    return found


def run_cases(run: RetentionRun, cursor: str | None = None, limit: int = 25) -> RunCasePage:
    """The cases of a list, in the order in which its digest has them."""
    chosen = run.items.all()
    page = turned(chosen.select_related("case", "rule"), cursor, limit, by="pk")
    return RunCasePage(
        items=tuple(page.rows),
        next_cursor=page.next_cursor,
        previous_cursor=page.previous_cursor,
        count=chosen.count(),
    )
