"""Due dates counted anew: what moves, what stands, what stays, and that a second time nothing moves."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from engine import clock, due, events, jobs, profile, work
from engine.checks import invariants
from engine.core.waits import Before, Deadline, Half
from engine.models import Task, Wait
from engine.services import lock_instance, rearm

from . import diagrams as d
from .conftest import begin, complete, later

pytestmark = pytest.mark.django_db
RULE = "${deadline('decision')}"


class Law:
    """A resolver whose deadline of 30 days can be moved or stopped; reminders count back from it."""

    def __init__(self) -> None:
        self.days: int | None = 30

    def __call__(self, rule, *, start, due_at=None, **_) -> datetime | None:
        match rule:
            case Deadline():
                return start + timedelta(days=self.days) if self.days is not None else None
            case Half():
                return start + (due_at - start) / 2 if due_at else None
            case Before():
                return due_at - timedelta(days=rule.days) if due_at else None
        return due.after(rule, start)


@pytest.fixture
def law(monkeypatch):
    law = Law()
    monkeypatch.setattr(due, "_resolvers", [law])
    return law


@pytest.fixture
def step(deploy, law):
    """A task with a deadline, two reminders, an escalation, and a timer that hangs on the same deadline."""
    element = d.user("decide", due=RULE, remind="half before(1)", escalate="ministry_officer")
    files = d.process(
        "legal",
        *(d.start(), element, d.timer("late", "decide", RULE), d.end(), d.end("end2")),
        d.flows("start decide end", "late end2"),
    )
    return begin(deploy(files))


def again(step) -> int:
    with transaction.atomic():
        return rearm(lock_instance(step.instance.id), now=clock.now())


def instants(step) -> dict[str, float]:
    """In how many days after the start each open row is due."""
    rows = Wait.objects.filter(status="due")
    return {
        row.arguments.get("rule") or row.topic or row.element: round((row.due_at - step.now).days, 2)
        for row in rows
    }


def test_a_task_opens_with_its_reminders_and_escalation_in_one_statement(step):
    assert step.opened[0].due_at == step.now + timedelta(days=30)
    assert instants(step) == {"half": 15, "before(1)": 29, "engine.escalate": 30, "late": 30}
    assert invariants() == []


def test_everything_that_hangs_on_a_deadline_moves_with_it_and_once(step, law):
    law.days = 60

    assert again(step) == 5
    assert Task.objects.get().due_at == step.now + timedelta(days=60)
    assert instants(step) == {"half": 30, "before(1)": 59, "engine.escalate": 60, "late": 60}
    assert again(step) == 0


def test_while_the_clock_stands_nothing_is_due_and_nothing_goes_off(step, law):
    law.days = None

    assert again(step) == 5
    assert Task.objects.get().due_at is None
    assert set(Wait.objects.values_list("status", flat=True)) == {"stopped"}
    later(days=100)
    assert jobs.run_due("w", until_empty=True) == 0
    assert Task.objects.get().status == "open"
    assert (again(step), invariants()) == (0, [])

    law.days = 200
    assert again(step) == 5
    assert instants(step) == {"half": 100, "before(1)": 199, "engine.escalate": 200, "late": 200}


def test_what_opens_while_the_clock_stands_waits_for_it(deploy, law):
    law.days = None
    step = begin(deploy(d.sequence("legal", d.user("decide", due=RULE, remind="half", escalate="clerk"))))

    assert (step.opened[0].due_at, set(Wait.objects.values_list("status", flat=True))) == (None, {"stopped"})
    complete(step, "decide")
    assert set(Wait.objects.values_list("status", flat=True)) == {"cancelled"}
    assert invariants() == []


def test_what_has_gone_off_goes_off_once_only(step, law):
    heard = []
    events.on_reminder(lambda *_: heard.append("remind"))
    later(days=16)
    jobs.run_due("w", until_empty=True)
    law.days = 60

    assert again(step) == 4
    assert instants(step) == {"before(1)": 59, "engine.escalate": 60, "late": 60}
    assert (heard, again(step)) == (["remind"], 0)


def test_the_last_reminder_comes_anew_before_a_later_due_date(step, law):
    later(days=29, hours=1)
    jobs.run_due("w", until_empty=True)
    law.days = 60
    again(step)

    assert instants(step) == {"before(1)": 59, "engine.escalate": 60, "late": 60}
    assert again(step) == 0


def test_a_reminder_sent_for_a_day_is_not_sent_again_when_the_due_date_comes_back_to_it(step, law):
    heard = []
    events.on_reminder(lambda *_: heard.append("remind"))
    later(days=29, hours=1)
    jobs.run_due("w", until_empty=True)
    law.days = 60
    again(step)
    law.days = 30

    again(step)
    jobs.run_due("w", until_empty=True)

    assert heard == ["remind", "remind"]
    assert instants(step) == {"engine.escalate": 30, "late": 30}
    assert again(step) == 0


def test_a_fired_timer_never_fires_again(deploy, law):
    files = d.process(
        "legal",
        *(d.start(), d.user("decide"), d.timer("late", "decide", RULE, interrupting=False)),
        *(d.end(), d.user("chase"), d.end("end2")),
        d.flows("start decide end", "late chase end2"),
    )
    step = begin(deploy(files))
    later(days=31)
    assert jobs.run_due("w", until_empty=True) == 1
    law.days = 60

    assert again(step) == 0
    later(days=31)
    assert jobs.run_due("w", until_empty=True) == 0
    assert Task.objects.filter(element="chase").count() == 1


def test_a_timer_that_moves_away_from_the_worker_that_holds_it_does_not_fire(step, law):
    later(days=30, hours=1)
    held = [jobs.lease("w") for _ in range(4)]
    law.days = 60
    again(step)
    for job in held:
        assert job is not None
        work.do(job)

    assert Task.objects.get().status == "open"
    assert Wait.objects.get(element="late").status == "due"
    assert set(Wait.objects.filter(status="due").values_list("attempts", flat=True)) == {0}


def test_a_reminder_that_is_being_tried_keeps_its_next_attempt(step):
    later(days=16)
    tried = clock.now() + timedelta(minutes=5)
    Wait.objects.filter(arguments__rule="half").update(attempts=3, due_at=tried)

    assert again(step) == 0
    assert Wait.objects.get(arguments__rule="half").due_at == tried


def test_every_task_is_watched_unless_its_diagram_says_otherwise(deploy, law):
    profile.register_watch(profile.Watch((Half(), Before(1)), escalates=True))
    begin(deploy(d.sequence("usual", d.user("ask", due=RULE))))
    usual = sorted(Wait.objects.values_list("topic", "arguments__rule"))
    Wait.objects.all().delete()
    begin(deploy(d.sequence("silent", d.user("ask", due=RULE, remind="none", escalate="none"))))
    profile._watches.pop()

    assert usual == [("engine.escalate", None), ("engine.remind", "before(1)"), ("engine.remind", "half")]
    assert Wait.objects.count() == 0


def test_an_instance_that_has_ended_has_nothing_to_move(step, law):
    complete(step, "decide")
    law.days = 60

    assert again(step) == 0
