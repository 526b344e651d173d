"""Deadlines as people and machines read them: what is in force, what was and will be, who set it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from accounts.scope import Scope
from cases import clocks, deadlines, people, permissions
from cases.calendar import RIGA
from cases.deadline_uses import names_in
from cases.deadlines import Count
from cases.errors import NotFound
from cases.models import DeadlineRule
from engine import catalog, clock

State = Literal["now", "planned", "past", "withdrawn", "declared"]


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule that was set; `declared` is what the process counts without one, from no day on.

    `who` set it and `withdrawn_by` took it back are names, for administrators and auditors alone.
    """

    state: State
    count: Count
    recounts: bool = False
    valid_from: date | None = None
    valid_until: date | None = None
    entered_at: datetime | None = None
    who: str = ""
    withdrawn_at: datetime | None = None
    withdrawn_by: str = ""


@dataclass(frozen=True, slots=True)
class ProcessName:
    """A process that counts by the deadline."""

    key: str
    name_lv: str
    name_en: str


@dataclass(frozen=True, slots=True)
class DeadlineView:
    """A deadline: what counts for what begins today, and its rules, newest first.

    `is_of_case` if it is the deadline of a decision, which may be stopped and extended; `in_diagram` if a
    diagram names it. `sets` if this person may set it.
    """

    name: str
    title_lv: str
    title_en: str
    processes: tuple[ProcessName, ...]
    is_of_case: bool
    in_diagram: bool
    count: Count | None
    rules: tuple[RuleView, ...]
    sets: bool


def deadline_views(scope: Scope) -> tuple[DeadlineView, ...]:
    """Every deadline that is known, by process and title."""
    found = _views(set(deadlines.names()), scope)
    return tuple(sorted(found, key=lambda one: ([p.name_lv for p in one.processes], one.title_lv)))


def deadline_view(scope: Scope, name: str) -> DeadlineView:
    """One of them; NotFound."""
    if name not in set(deadlines.names()):
        raise NotFound
    return next(iter(_views({name}, scope)))


def _views(names: Iterable[str], scope: Scope) -> Iterable[DeadlineView]:
    now, names = clock.now(), list(names)
    rows, declared = deadlines.rows_of(*names), deadlines.declared()
    tells = scope.can_admin or scope.reads_only
    all_rows = [row for some in rows.values() for row in some]
    actors = [actor for row in all_rows for actor in (row.entered_by, row.withdrawn_by)] if tells else []
    named = people.names(actors) if actors else {}
    uses = _uses()
    sets = permissions.against_setting_deadlines(scope) is None
    for name in names:
        known, own = declared.get(name), rows.get(name, [])
        inside = uses.get(name, [])
        by_hand = [p for p in (_process(known.process),) if p] if known and known.process else []
        yield DeadlineView(
            name=name,
            title_lv=known.title_lv if known else name,
            title_en=known.title_en if known else name,
            processes=tuple(p for p, _own in inside) or tuple(by_hand),
            is_of_case=any(is_own for _p, is_own in inside),
            in_diagram=bool(inside),
            count=_now(name, own, now),
            rules=tuple(_rules(own, known.count if known else None, named, now)),
            sets=sets,
        )


def _uses() -> Mapping[str, list[tuple[ProcessName, bool]]]:
    """The processes whose newest diagram names a deadline; and whether it is the one of their cases."""
    found: dict[str, list[tuple[ProcessName, bool]]] = {}
    for row in catalog.all_current():
        definition = catalog.definition(row.pk)
        for name in names_in(definition):
            process = ProcessName(row.key, row.name, row.name_en or row.name)
            found.setdefault(name, []).append((process, clocks.name_of(definition) == name))
    return found


def _process(key: str) -> ProcessName | None:
    rows = (row for row in catalog.all_current() if row.key == key)
    return next((ProcessName(row.key, row.name, row.name_en or row.name) for row in rows), None)


def _now(name: str, rows: list[DeadlineRule], now: datetime) -> Count | None:
    known = deadlines.in_force(rows, now) is not None or name in deadlines.declared()
    return deadlines.chosen(name, rows, now) if known else None


def _rules(
    rows: list[DeadlineRule], declared: Count | None, named: Mapping[str, str], now: datetime
) -> Iterable[RuleView]:
    standing, today = deadlines.in_force(rows, now), now.astimezone(RIGA).date()
    for row in reversed(rows):
        yield RuleView(
            state=_state(row, standing, today),
            count=deadlines.counted_by(row),
            recounts=row.recounts,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            entered_at=row.entered_at,
            who=named.get(row.entered_by, ""),
            withdrawn_at=row.withdrawn_at,
            withdrawn_by=named.get(row.withdrawn_by, ""),
        )
    if declared is not None:
        yield RuleView("now" if standing is None else "declared", declared)


def _state(row: DeadlineRule, standing: DeadlineRule | None, today: date) -> State:
    if row.withdrawn_at is not None:
        return "withdrawn"
    if row.valid_from > today:
        return "planned"
    return "now" if standing is not None and row.pk == standing.pk else "past"
