"""Walks the scenarios of every process folder through the real services and measures what they cover.

A scenario file lists walks; together they must take every sequence flow and fire every boundary event.
Steps: `task` with `by` and `answers` (or `return`, comments by field), or `fire` with a timer's id.
`by = "link"` opens the task by the one-time link of the newest mail. `{person:Name Surname}` in an answer
stands for that person's public id, `{user:name}` for a user's, `{signed}` for the paper of the task, signed.
`register` instead of `by`: a change of the registers starts the case.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core import mail
from django.db import transaction

from accounts.actors import Actor, actor_of
from accounts.models import RoleGrant, User
from accounts.services import deactivate
from cases.links import open_link
from cases.models import Case, Message
from cases.notifications import render
from cases.notifications.plan import plan, sent_by
from cases.services import demonstration
from cases.services.answers import form_of
from cases.services.returning import ask_to_return
from cases.services.start import start_by_system, start_case
from cases.services.tasks import complete_task, return_task
from cases.services.uploads import attach_document
from engine import catalog, clock, jobs
from engine.core.definition import Definition
from engine.models import Completion, Incident, Task, Wait
from registries.models import Employment, Organisation, Person
from registries.queries import current_code
from registries.services import change_head, close_organisation, end_employment
from tests.plugins.database import tidy

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
    """What one walk passed."""

    flows: set[str] = field(default_factory=set)
    boundaries: set[str] = field(default_factory=set)
    messages: set[str] = field(default_factory=set)


def scenarios_of(folder: Path) -> tuple[Scenario, ...]:
    """The scenarios of a process folder, in order."""
    found = tomllib.loads((folder / "scenarios.toml").read_text(encoding="utf-8"))
    return tuple(Scenario(folder.name, at, one) for at, one in enumerate(found["scenario"]))


def folders(directory: Path) -> list[Path]:
    """The process folders; each has scenarios, or this fails."""
    found = catalog.folders_of(directory)
    without = [folder.name for folder in found if not (folder / "scenarios.toml").exists()]
    assert not without, f"process folders without scenarios.toml: {without}"
    return found


def walk(scenario: Scenario) -> Walked:
    """Walk one scenario from start to end; everything it says about the end must hold."""
    content = scenario.content
    mail.outbox = []
    organisation = Organisation.objects.get(name=content["organisation"])
    for grant in content.get("given", ()):
        _give(grant, organisation)
    for other in content.get("needs", ()):
        catalog.deploy_folder(Path(settings.PROCESSES_DIR) / other)
    if begun := content.get("begun"):
        catalog.deploy_folder(Path(settings.PROCESSES_DIR) / begun["process"])
        start_case(begun["process"], user=_user(begun["by"]), organisation=organisation)
    if "register" in content:
        case = _told_by_register(scenario.process, organisation, content["register"])
    else:
        case = start_case(scenario.process, user=_user(content["by"]), organisation=organisation).case
    _run_jobs()
    for step in content.get("step", ()):
        _take(case, step)
        _run_jobs()
    return _check_end(case, content)


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
    elements = catalog.definition(case.instance.definition_id).elements
    messages = list(Message.objects.filter(case=case).select_related("recipient", "case__organisation"))
    _were_planned(case, messages)
    done = {key for kind, key in passed if kind == "completed"}
    return Walked(
        flows={key for kind, key in passed if kind == "flow"},
        boundaries={key for key in done if elements[key].type == "boundaryEvent"},
        messages={message.kind for message in messages},
    )


def _were_planned(case: Case, messages: list[Message]) -> None:
    """Every message that somebody got is one of which the page of the process tells, with such a subject."""
    told = plan(case.instance.definition, clock.now())
    for message in messages:
        subject = message.subject or render(message, "lv")[0]
        shapes = [one.subject[0] for one in told if one.kind.name == message.kind]
        assert shapes, f"no word of {message.kind} among the messages of {case.process_key}"
        fits = (re.fullmatch(_BRACKET.sub(".+", re.escape(shape)), subject) for shape in shapes)
        assert any(fits), f"{message.kind} is called {subject!r}, and not {shapes}"


@dataclass
class Coverage:
    """What the walks of one process passed together."""

    definition: Definition
    walked: list[Walked] = field(default_factory=list)

    def missing(self) -> list[str]:
        """Sequence flows and boundary events that no walk took."""
        flows = set().union(*(one.flows for one in self.walked))
        fired = set().union(*(one.boundaries for one in self.walked))
        boundaries = {
            key for key, element in self.definition.elements.items() if element.type == "boundaryEvent"
        }
        return sorted(set(self.definition.flows) - flows) + sorted(boundaries - fired)

    def unsent(self) -> set[str]:
        """What handlers of the process are said to send, and no walk made them send."""
        topics = {element.topic for element in self.definition.elements.values()}
        return sent_by(topics) - set().union(*(one.messages for one in self.walked))

    @property
    def percent(self) -> float:
        """How much was covered."""
        elements = self.definition.elements.values()
        everything = len(self.definition.flows) + sum(one.type == "boundaryEvent" for one in elements)
        return 100.0 * (everything - len(self.missing())) / everything


def walk_all(folder: Path) -> Coverage:
    """Walk every scenario of a folder, each in a savepoint that is rolled back."""
    deployed = catalog.deploy_folder(folder)
    coverage = Coverage(catalog.definition(deployed.pk))
    for scenario in scenarios_of(folder):
        with rolled_back():
            coverage.walked.append(walk(scenario))
    return coverage


class _Back(Exception):
    pass


class rolled_back:  # noqa: N801 (reads as a word)
    """A savepoint that is undone, whatever happened in it."""

    def __enter__(self) -> None:
        self.atomic = transaction.atomic()
        # As Django's own TestCase does: services may open their durable transaction inside.
        vars(self.atomic)["_from_testcase"] = True
        self.atomic.__enter__()

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        undo = _Back()
        self.atomic.__exit__(_Back, undo, undo.__traceback__)


_measured: dict[str, Coverage] = {}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test per scenario for whoever asks for `scenario`, and one per folder for `process_folder`."""
    if "scenario" in metafunc.fixturenames:
        found = [one for folder in folders(Path(settings.PROCESSES_DIR)) for one in scenarios_of(folder)]
        metafunc.parametrize("scenario", found, ids=[f"{one.process}-{one.name}" for one in found])
    if "process_folder" in metafunc.fixturenames:
        every = folders(Path(settings.PROCESSES_DIR))
        metafunc.parametrize("process_folder", every, ids=[folder.name for folder in every])


@pytest.fixture(scope="module")
def seeded(django_db_setup: Any, django_db_blocker: Any) -> Iterator[None]:
    """The demonstration's people, made once for the module and undone after it."""
    from accounts.seed import seed

    with django_db_blocker.unblock():
        # What the modules before left behind dead would be read over again and again.
        tidy("VACUUM")
        with rolled_back():
            before = getattr(settings, "SEED_ALLOWED", False)
            settings.SEED_ALLOWED = True
            seed(now=clock.now())
            settings.SEED_ALLOWED = before
            tidy("ANALYZE")
            yield
    catalog.forget()


def measure(scenario: Scenario) -> None:
    """Walk a scenario and remember what it passed for the process's coverage."""
    folder = Path(settings.PROCESSES_DIR) / scenario.process
    deployed = catalog.deploy_folder(folder)
    coverage = _measured.setdefault(scenario.process, Coverage(catalog.definition(deployed.pk)))
    coverage.walked.append(walk(scenario))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say how much of each process the scenarios covered."""
    for process, coverage in sorted(_measured.items()):
        terminalreporter.write_line(
            f"scenarios of {process}: {coverage.percent:.1f} % of flows and boundary events"
        )
