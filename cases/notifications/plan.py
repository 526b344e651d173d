"""Which messages a process sends: to whom, when and about which steps, before anybody gets one.

What every process sends follows from its diagram. What its handlers send they declare here, beside the words
of the message; a test holds every scenario's messages against this.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from cases.clocks import DEADLINE
from cases.deadlines import count_of
from cases.doers import Words, role_of
from cases.due_words import after_en, after_lv
from engine import catalog, profile
from engine.core.definition import Definition, Element
from engine.core.regions import successors
from engine.core.waits import Before, Half, ReminderRule
from engine.models import ProcessDefinition

from .examples import subject_of
from .kinds import MESSAGE_KINDS, MessageKind

_APPLICANT: Final[Words] = ("Iesniedzējs", "Who applied")
_ASSIGNED: Final[Words] = ("Kam uzdevums piešķirts", "To whom the task is assigned")
_NO_ACCOUNT: Final[Words] = (
    "Kam uzdevums piešķirts, ja viņam nav konta",
    "To whom the task is assigned, if they have no account",
)
_GROUP: Final[Words] = ("Visi, kas to drīkst paņemt", "Everybody who may take it")
_HOLDER: Final[Words] = (
    "Kam ir uzdevums; kamēr tas nav paņemts, visi, kas drīkst",
    "Who has the task; while nobody has, everybody who may",
)


@dataclass(frozen=True, slots=True)
class Planned:
    """A message that a process may send; `steps` are those of its diagram that it is about."""

    kind: MessageKind
    to: Words
    when: Words
    steps: tuple[Element, ...] = ()

    @property
    def subject(self) -> Words:
        """What its subject looks like; in brackets what differs from case to case."""
        return subject_of(self.kind, self.steps[0] if len(self.steps) == 1 else None)


@dataclass(frozen=True, slots=True)
class _Declared:
    """What a handler sends, or what is sent around a case of a process."""

    kind: str
    to: Words
    when: Words


_by_topic: dict[str, list[_Declared]] = {}
_around: dict[str, list[_Declared]] = {}


def sends(topic: str, kind: str, *, to: Words) -> None:
    """The handler of this topic may send this kind of message."""
    _declare(_by_topic, topic, _Declared(kind, to, ("Kad paveikts solis", "When the step is done")))


def sends_around(process: str, kind: str, *, to: Words, when: Words) -> None:
    """A case of this process brings this message with it, though no step of it does."""
    _declare(_around, process, _Declared(kind, to, when))


def _declare(where: dict[str, list[_Declared]], key: str, one: _Declared) -> None:
    known = where.setdefault(key, [])
    if one not in known:
        known.append(one)


def sent_by(topics: Iterable[str]) -> set[str]:
    """The kinds of message that the handlers of these topics may send."""
    return {one.kind for topic in topics for one in _by_topic.get(topic, ())}


def plan(row: ProcessDefinition, now: datetime) -> tuple[Planned, ...]:
    """The messages of a version of a process, in the order in which a case meets them; alike ones are one."""
    definition = catalog.definition(row.pk)
    found: dict[tuple[str, Words, Words], Planned] = {}
    for one in _all(row, definition, now):
        key = (one.kind.name, one.to, one.when)
        before = found.get(key)
        found[key] = replace(before, steps=(*before.steps, *one.steps)) if before else one
    return tuple(found.values())


def _all(row: ProcessDefinition, definition: Definition, now: datetime) -> Iterator[Planned]:
    tasks = [element for element in definition.elements.values() if element.type == "userTask"]
    drafts = _drafts(definition)
    for task in tasks:
        if task.id not in drafts:
            yield from _of_opened(task)
    for task in tasks:
        yield from _of_reminders(task, now)
    for task in tasks:
        if task.id not in drafts:
            yield from _of_escalation(task)
    yield from _of_case(row, definition, tasks)
    for element in definition.elements.values():
        for one in _by_topic.get(element.topic, ()) if element.topic else ():
            yield Planned(MESSAGE_KINDS[one.kind], one.to, one.when, (element,))
        if kind := element.properties.get("tells"):
            yield _of(kind, _APPLICANT, "Kad lieta beidzas", "When the case ends", element)
    for one in _around.get(definition.key, ()):
        yield Planned(MESSAGE_KINDS[one.kind], one.to, one.when)


def _of(kind: str, to: Words, lv: str, en: str, *steps: Element) -> Planned:
    return Planned(MESSAGE_KINDS[kind], to, (lv, en), steps)


def _drafts(definition: Definition) -> frozenset[str]:
    """The tasks in which an applicant begins: who has them opened the case, and keeps nobody waiting."""
    begin = definition.plain_start
    if not definition.start_roles or begin is None:
        return frozenset()
    ahead = [begin.id]
    met: set[str] = set()
    while ahead:
        key = ahead.pop()
        if key in met:
            continue
        met.add(key)
        if definition.elements[key].type != "userTask":
            ahead.extend(successors(definition, key))
    return frozenset(key for key in met if definition.elements[key].type == "userTask")


def _of_opened(task: Element) -> Iterator[Planned]:
    begins = "Kad sākas solis", "When the step begins"
    if task.assignee:
        yield _of("task.opened", _ASSIGNED, *begins, task)
        yield _of("links.invite", _NO_ACCOUNT, *begins, task)
    elif task.returns_to_same:
        again = "Kad solis sākas atkārtoti", "When the step begins again"
        yield _of("task.opened", ("Kas to darīja iepriekš", "Who did it before"), *again, task)
    if task.properties.get("announce") == "true":
        yield _of("task.opened", _GROUP, *begins, task)


def _of_reminders(task: Element, now: datetime) -> Iterator[Planned]:
    if task.due is None:
        return
    for rule in profile.watch_of(task).reminders:
        yield _of("task.reminder", _HOLDER, *_reminded(rule, now), task)


def _reminded(rule: ReminderRule, now: datetime) -> Words:
    match rule:
        case Half():
            return "Kad pagājusi puse termiņa", "When half of the time has passed"
        case Before(days=1):
            return "Darbdienu pirms termiņa", "On the working day before the due date"
        case Before(days=days):
            return f"{days} darbdienas pirms termiņa", f"{days} working days before the due date"
    count = count_of(rule, now)
    if count is None:
        return "Pēc dažām stundām, ja vēl nav paveikts", "After some hours, if it is not done"
    return f"{after_lv(count)}, ja vēl nav paveikts", f"{after_en(count)}, if it is not done"


def _of_escalation(task: Element) -> Iterator[Planned]:
    if task.due is None or not profile.watch_of(task).escalates:
        return
    usual = (
        "Tā vadītājs, kam ir uzdevums, un ministrijas administratori",
        "The head of whose task it is, and the ministry's administrators",
    )
    to = (role_of(task.escalate) or usual) if task.escalate else usual
    yield _of("task.escalated", to, "Kad termiņš nokavēts", "When the due date has passed", task)


def _of_case(row: ProcessDefinition, definition: Definition, tasks: list[Element]) -> Iterator[Planned]:
    """What happens to a case as a whole; only who applied is told, so it needs somebody who applies."""
    if not definition.start_roles:
        return
    returns = tuple(task for task in tasks if "x-return" in catalog.form_of(row, task.form_key))
    if returns:
        yield _of("case.returned", _APPLICANT, "Kad atdod labošanai", "When it is returned", *returns)
    if DEADLINE in definition.properties:
        yield _of("case.extended", _APPLICANT, "Kad termiņu pagarina", "When the deadline is extended")
    others = "Tie, kam šajā lietā ir uzdevums", "Those who have a task in the case"
    yield _of("case.withdrawn", others, "Kad iesniegumu atsauc", "When the request is withdrawn")
    yield _of("case.cancelled", _APPLICANT, "Kad ministrija lietu izbeidz", "When the ministry ends the case")
