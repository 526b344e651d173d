"""How the due dates of tasks were counted, in words: for many tasks in at most two statements."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cases import clocks, deadlines
from cases.clock_words import explain_clock
from cases.deadlines import Count
from cases.due_dates import place_of
from cases.due_words import Explanation, explain_count
from cases.legal_clock import Clock
from cases.models import Case, DeadlineRule
from engine import catalog
from engine.core.definition import Definition
from engine.core.waits import Deadline, DueRule
from engine.models import Task

_NOTHING: Final = Explanation("", "")


@dataclass(frozen=True, slots=True)
class Counted:
    """A task with its rule, and between which moments it was counted."""

    task: int
    instance: int
    definition: Definition
    rule: DueRule | None
    start: datetime
    due_at: datetime | None
    group: str
    ended: datetime | None = None

    @property
    def deadline(self) -> str:
        """The name of the deadline that counts; empty if it is a number of days of the diagram."""
        return self.rule.name if isinstance(self.rule, Deadline) else ""

    @property
    def is_of_case(self) -> bool:
        """Whether it is the deadline of the case itself, which follows its clock."""
        return bool(self.deadline) and self.deadline == clocks.name_of(self.definition)


def counted_of(cases: Sequence[Case], tasks: Iterable[Task]) -> Iterator[Counted]:
    """Tasks of these cases as what is to be explained. Needs `instance` on the cases."""
    definitions = {case.instance_id: catalog.definition(case.instance.definition_id) for case in cases}
    for task in tasks:
        definition = definitions[task.instance_id]
        yield Counted(
            task=task.pk,
            instance=task.instance_id,
            definition=definition,
            rule=catalog.element_of(definition, task.element).due,
            start=task.opened_at,
            due_at=task.due_at,
            group=task.group,
            ended=task.closed_at,
        )


def explanations(tasks: Iterable[Counted]) -> Mapping[int, Explanation]:
    """How each due date was counted, by the id of its task; empty words for a task without one."""
    counted = list(tasks)
    told = [one for one in counted if one.due_at is not None]
    names = {one.deadline for one in told if one.deadline}
    rules = deadlines.rows_of(*names) if names else {}
    of_cases = [one.instance for one in told if one.is_of_case]
    running = clocks.clocks_by_instance(of_cases) if of_cases else {}
    return {one.task: _explained(one, rules, running) for one in counted}


def _explained(
    one: Counted, rules: Mapping[str, list[DeadlineRule]], running: Mapping[int, Clock]
) -> Explanation:
    if one.due_at is None:
        return _NOTHING
    clock = running.get(one.instance) if one.is_of_case else None
    if clock is not None:
        count = deadlines.chosen(one.deadline, rules.get(one.deadline, []), clock.since, clock.ended_at)
        return explain_clock(clock, count, now=one.due_at, yours=False)
    place = place_of(one.group)
    return explain_count(_count(one, rules), start=one.start, due_at=one.due_at, place=place)


def _count(one: Counted, rules: Mapping[str, list[DeadlineRule]]) -> Count | None:
    if one.deadline:
        return deadlines.chosen(one.deadline, rules.get(one.deadline, []), one.start, one.ended)
    return deadlines.count_of(one.rule, one.start) if one.rule is not None else None
