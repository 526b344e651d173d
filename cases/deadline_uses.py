"""Where a named deadline is counted: in which diagrams, and from when in what is open now."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from cases import clocks
from cases.deadlines import Count
from cases.due_dates import counted, place_of
from cases.legal_clock import Clock
from cases.models import Case
from engine import catalog
from engine.core.definition import Definition, Element
from engine.core.waits import Deadline
from engine.models import ProcessInstance, Task, Wait


@dataclass(frozen=True, slots=True)
class Use:
    """One open thing of a process instance that counts by the deadline, from `start`.

    `clock` if it is the deadline of the case itself.
    """

    instance: int
    start: datetime
    place: int | None = None
    clock: Clock | None = None

    def due(self, count: Count) -> datetime | None:
        """When it is due by this count; none while its clock stands."""
        if self.clock is not None:
            return clocks.due_of(self.clock, count)
        return counted(count, self.start, self.place)


def names_in(definition: Definition) -> frozenset[str]:
    """The deadlines that a diagram names, that of the case included."""
    own = clocks.name_of(definition)
    rules = (rule for element in definition.elements.values() for rule in _rules(element))
    return frozenset(rule.name for rule in rules if isinstance(rule, Deadline)) | ({own} if own else set())


def _rules(element: Element) -> Iterator[object]:
    yield from (element.due, element.timer, *element.reminders)


def definitions_with(name: str) -> Mapping[int, Definition]:
    """The versions of processes that name the deadline and have running instances, by id."""
    running = ProcessInstance.objects.filter(status=ProcessInstance.Status.RUNNING)
    ids = running.order_by().values_list("definition_id", flat=True).distinct()
    known = {pk: catalog.definition(pk) for pk in ids}
    return {pk: definition for pk, definition in known.items() if name in names_in(definition)}


def uses_of(name: str) -> Iterator[Use]:
    """Everything open that counts by the deadline, in a fixed number of statements."""
    definitions = definitions_with(name)
    own = [pk for pk, definition in definitions.items() if clocks.name_of(definition) == name]
    yield from _of_cases(own)
    elements = {
        (pk, element.id)
        for pk, definition in definitions.items()
        if pk not in own
        for element in definition.elements.values()
        if Deadline(name) in _rules(element)
    }
    yield from _of_elements(elements)


def _of_cases(definitions: Iterable[int]) -> Iterator[Use]:
    """The clocks that have not ended."""
    waiting = (Case.Status.SUBMITTED, Case.Status.RETURNED)
    cases = Case.objects.filter(status__in=waiting, instance__definition__in=list(definitions))
    instances = dict(cases.values_list("pk", "instance_id"))
    for case, clock in clocks.clocks_of(instances.values()).items():
        if clock.state != "ended":
            yield Use(instances[case], clock.since, clock=clock)


def _of_elements(elements: Iterable[tuple[int, str]]) -> Iterator[Use]:
    """The open tasks and the armed timers at these elements of these definitions."""
    wanted = set(elements)
    definitions = {pk for pk, _element in wanted}
    tasks = Task.objects.filter(status=Task.Status.OPEN, instance__definition__in=definitions)
    columns = ("instance_id", "instance__definition_id", "element", "opened_at", "group")
    for instance, definition, element, start, group in tasks.values_list(*columns):
        if (definition, element) in wanted:
            yield Use(instance, start, place_of(group))
    armed = (Wait.Status.DUE, Wait.Status.STOPPED)
    timers = Wait.objects.filter(kind=Wait.Kind.TIMER, status__in=armed)
    timers = timers.filter(instance__definition__in=definitions)
    armed_at = ("instance_id", "instance__definition_id", "element", "created_at")
    for instance, definition, element, start in timers.values_list(*armed_at):
        if (definition, element) in wanted:
            yield Use(instance, start)
