"""Walks the scenarios of a process folder through the real services, or over the diagram alone if recorded.

Steps: `task` with `by` and `answers` (or `return`, comments by field); `fire` with a timer's id; `receive`
with the id of what waits for a message or signal, and what it `gives`. `by = "link"` opens the task by the
one-time link of the newest mail. `{person:Name Surname}` in an answer stands for that person's public id,
`{user:name}` for a user's, `{signed}` for the paper of the task, signed. `register` instead of `by`: a change
of the registers starts the case; `begins`: the start event of this id does, with what its message or signal
`gives`. `recorded = true`: as `cases.recording` writes it.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core import mail

from accounts.actors import Actor, actor_of
from accounts.models import RoleGrant, User
from accounts.services import deactivate
from cases import recording
from cases.links import open_link
from cases.models import Case, Message
from cases.notifications import render
from cases.notifications.plan import plan
from cases.services import demonstration
from cases.services.answers import form_of
from cases.services.returning import ask_to_return
from cases.services.start import start_by_system, start_case
from cases.services.tasks import complete_task, return_task
from cases.services.uploads import attach_document
from engine import catalog, clock, jobs
from engine.core.definition import Definition, Element
from engine.models import Completion, Incident, Task, Wait
from engine.services import broadcast_signal, correlate_message
from registries.models import Employment, Organisation, Person
from registries.queries import current_code
from registries.services import change_head, close_organisation, end_employment
from tests.plugins.scenario_starts import begun_by_event

SIGNED = "{signed}"
_PERSON = re.compile(r"\{person:([^}]+)\}")
RIGA = ZoneInfo("Europe/Riga")
_USER = re.compile(r"\{user:([^}]+)\}")
_BRACKET = re.compile(r"\\\[.*?\\\]")
_LINK = re.compile(r"/saite/([\w-]+)/")


@dataclass(frozen=True)
class Scenario:
    """One walk of a process."""

    process: str
    number: int
    content: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(self.content["name"])


@dataclass
class Walked:
    """What one walk passed, how often, what it sent, and the case that it left, if it made one."""

    flows: Counter[str] = field(default_factory=Counter)
    boundaries: Counter[str] = field(default_factory=Counter)
    messages: set[str] = field(default_factory=set)
    case: Case | None = None


def scenarios_of(folder: Path) -> tuple[Scenario, ...]:
    """The scenarios of a process folder, in order."""
    found = tomllib.loads((folder / "scenarios.toml").read_text(encoding="utf-8"))
    return tuple(Scenario(folder.name, at, one) for at, one in enumerate(found["scenario"]))


def walk(scenario: Scenario) -> Walked:
    """Walk one scenario from start to end; everything it says about the end must hold."""
    content = scenario.content
    if content.get("recorded"):
        return _over_diagram(scenario)
    mail.outbox = []
    organisation = Organisation.objects.get(name=content["organisation"])
    for grant in content.get("given", ()):
        _give(grant, organisation)
    for other in content.get("needs", ()):
        catalog.deploy_folder(Path(settings.PROCESSES_DIR) / other)
    if begun := content.get("begun"):
        catalog.deploy_folder(Path(settings.PROCESSES_DIR) / begun["process"])
        start_case(begun["process"], user=_user(begun["by"]), organisation=organisation)
    if "begins" in content:
        case = begun_by_event(scenario.process, content["begins"], content.get("gives", {}))
    elif "register" in content:
        case = _told_by_register(scenario.process, organisation, content["register"])
    else:
        case = start_case(scenario.process, user=_user(content["by"]), organisation=organisation).case
    _run_jobs()
    for step in content.get("step", ()):
        _take(case, step)
        _run_jobs()
    return _check_end(case, content)


def _over_diagram(scenario: Scenario) -> Walked:
    """A recorded walk needs no people: its handlers gave what the scenario says."""
    content = scenario.content
    definition = catalog.definition(catalog.current(scenario.process).pk)
    walked = recording.walk(definition, content)
    if "ends" in content:
        assert ("completed", content["ends"]) in walked.passed, f"did not reach {content['ends']}"
        assert walked.ended
    else:
        assert list(walked.waits) == sorted(content["waits"])
    return passed_by(definition, walked.passed)


def passed_by(definition: Definition, passed: Iterable[tuple[str, str]]) -> Walked:
    """How often each sequence flow was taken and each boundary event happened."""
    passed = list(passed)
    flows = Counter(key for kind, key in passed if kind == "flow")
    done = Counter(key for kind, key in passed if kind == "completed")
    boundaries = {key: times for key, times in done.items() if is_boundary(definition.elements.get(key))}
    return Walked(flows, Counter(boundaries))


def is_boundary(element: Element | None) -> bool:
    return element is not None and element.type == "boundaryEvent"


def _told_by_register(process: str, organisation: Organisation, change: Mapping[str, str]) -> Case:
    """The case that a change of the register started: `ended`, `head` or `closed`; `key` starts one."""
    today = clock.now().astimezone(RIGA).date()
    before = set(Case.objects.values_list("pk", flat=True))
    for place in Organisation.objects.filter(name=change.get("closed", "")):
        close_organisation(place, on=today, now=clock.now())
    if "ended" in change:
        works = Employment.objects.filter(person=_person(change["ended"]), organisation=organisation)
        for work in works:
            end_employment(work, last_day=today - timedelta(days=1), now=clock.now())
    if "head" in change:
        change_head(organisation, _person(change["head"]), on=today, now=clock.now())
    if "asleep" in change:
        user = User.objects.get(person=_person(change["asleep"]))
        deactivate(user, now=clock.now(), because=User.ClosedBecause.INACTIVE)
        user.refresh_from_db()
        return ask_to_return(user, now=clock.now())
    if "key" in change:
        start_by_system(process, organisation=organisation, now=clock.now(), key=change["key"])
    _run_jobs()
    return Case.objects.filter(process_key=process).exclude(pk__in=before).latest("id")


def _give(grant: Mapping[str, Any], organisation: Organisation) -> None:
    person = _person(grant["person"])
    user = User.objects.filter(person=person).first() or User.objects.create_user(
        f"p{person.pk}", person=person
    )
    RoleGrant.objects.create(
        user=user,
        role=grant["role"],
        organisation=organisation,
        valid_from=datetime(2025, 9, 1, tzinfo=UTC).date(),
        granted_at=clock.now(),
        case_number="GIVEN",
    )


def _take(case: Case, step: Mapping[str, Any]) -> None:
    if "fire" in step:
        _fire(case, step["fire"])
        return
    if "receive" in step:
        _send(case, step["receive"], step.get("gives", {}))
        return
    task = Task.objects.filter(instance=case.instance, element=step["task"], status="open").first()
    open_now = sorted(
        Task.objects.filter(instance=case.instance, status="open").values_list("element", flat=True)
    )
    assert task is not None, f"{step['task']} is not open; open are {open_now}"
    if "assignee" in step:
        assert task.assignee == step["assignee"]
    user = _actor(step["by"], task)
    answers = _signed(case, task, user, _filled(step.get("answers", {})))
    if "return" in step:
        return_task(task.public_id, user=user, comments=step["return"], answers=answers)
    else:
        complete_task(task.public_id, user=user, answers=answers)


def _signed(case: Case, task: Task, user: Actor, answers: dict[str, Any]) -> dict[str, Any]:
    definition_id = case.instance.definition_id
    for one in form_of(catalog.definition(definition_id), definition_id, task.form_key).fields:
        if one.signs and answers.get(one.name) == SIGNED:
            name, content = demonstration.signed(case, task, one.signs, user, now=clock.now())
            given = attach_document(task.public_id, user=user, field=one.name, name=name, content=content)
            answers[one.name] = str(given.public_id)
    return answers


def _fire(case: Case, timer: str) -> None:
    wait = Wait.objects.get(instance=case.instance, element=timer, kind="timer", status="due")
    clock.set_offset(clock.offset() + (wait.due_at - clock.now()))


def _send(case: Case, element: str, variables: Mapping[str, Any]) -> None:
    wait = Wait.objects.get(instance=case.instance, element=element, kind="subscription", status="waiting")
    kind, _, name = wait.topic.partition(":")
    said: Any = {"message_id": f"scenario:{wait.pk}", "variables": variables, "now": clock.now()}
    if kind == "signal":
        broadcast_signal(name, **said)
    else:
        correlate_message(name, key=wait.correlation_key, **said)


def _run_jobs() -> None:
    jobs.run_due("scenarios", until_empty=True)
    failed = list(Incident.objects.filter(resolved_at=None).values_list("cause", "detail"))
    late = list(Wait.objects.filter(status="due", attempts__gt=0).values_list("topic", "element"))
    assert not failed, f"incidents: {failed}"
    assert not late, f"jobs that failed: {late}"


def _actor(by: str, task: Task) -> Actor:
    return _link_visitor(task) if by == "link" else _user(by)


def _user(username: str) -> Actor:
    return actor_of(User.objects.select_related("person").get(username=username), "page")


def _link_visitor(task: Task) -> Actor:
    sent = [found[1] for message in mail.outbox if (found := _LINK.search(str(message.body)))]
    assert sent, "no mail with a link was sent"
    person = Person.objects.get(pk=int(task.assignee.removeprefix("person:")))
    return open_link(sent[-1], code_tail=current_code(person)[-5:])


def _person(name: str) -> Person:
    given, _, family = name.partition(" ")
    return Person.objects.get(given_name=given, family_name=family)


def _filled(value: Any) -> Any:
    match value:
        case str():
            named = _PERSON.sub(lambda found: str(_person(found[1]).public_id), value)
            return _USER.sub(lambda found: str(User.objects.get(username=found[1]).person.public_id), named)
        case list():
            return [_filled(item) for item in value]
        case dict():
            return {_filled(key): _filled(item) for key, item in value.items()}
    return value


def _check_end(case: Case, content: Mapping[str, Any]) -> Walked:
    case = Case.objects.get(pk=case.pk)
    rows = list(Completion.objects.filter(instance=case.instance).order_by("version"))
    passed = [tuple(pair) for row in rows for pair in row.passed]
    assert ("completed", content["ends"]) in passed, f"did not reach {content['ends']}"
    assert case.instance.status == "completed"
    assert case.status == content.get("status", "closed")
    assert case.outcome == content.get("outcome", "")
    messages = list(Message.objects.filter(case=case).select_related("recipient", "case__organisation"))
    _were_planned(case, messages)
    walked = passed_by(catalog.definition(case.instance.definition_id), passed)
    return replace(walked, messages={message.kind for message in messages}, case=case)


def _were_planned(case: Case, messages: list[Message]) -> None:
    """Every message that somebody got is one of which the page of the process tells, with such a subject."""
    told = plan(case.instance.definition, clock.now())
    for message in messages:
        subject = message.subject or render(message, "lv")[0]
        shapes = [one.subject[0] for one in told if one.kind.name == message.kind]
        assert shapes, f"no word of {message.kind} among the messages of {case.process_key}"
        fits = (re.fullmatch(_BRACKET.sub(".+", re.escape(shape)), subject) for shape in shapes)
        assert any(fits), f"{message.kind} is called {subject!r}, and not {shapes}"
