"""Deadlines are set: who may, what runs keeps its rule or is counted anew, and what the history says."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from cases import deadlines
from cases.errors import FormInvalid, NotAllowed, NotFound
from cases.invariants import invariants
from cases.models import AuditEntry, Case, DeadlineRule
from cases.queries import timeline
from cases.queries.deadlines import deadline_view, deadline_views
from cases.recounting import TOPIC, recount
from cases.services.deadline_rules import Effects, NewRule, effects_of, set_deadline, withdraw_rule
from engine import clock
from engine.handlers import HandlerContext
from engine.jobs import run_due
from engine.models import Wait
from tests.cases.people import World
from tests.cases.test_clock import correct, decide, end_of, go_to, send_back, submit, told, world
from tests.cases.test_extending import WHY, extend

__all__ = ["world"]
NAME = "request_decision"
LAW = "Administratīvā procesa likums, 64. pants"


def rule(valid_from: str, days: int = 20, **given: Any) -> NewRule:
    words = {"unit": "working_days", "extension": 10, **given}
    return NewRule(NAME, days, valid_from=date.fromisoformat(valid_from), **words)


def put(world: World, who: str = "admin", *args: Any, **given: Any) -> Effects:
    effects = set_deadline(rule(*args, **given), user=world.actor(who))
    run_due("test", until_empty=True)
    return effects


def due(world: World, case: Case) -> object:
    return told(world, case).due_at


def test_what_runs_keeps_its_rule_and_what_begins_later_has_the_new_one(world: World) -> None:
    before = submit(world, "2027-06-01T10:00")

    go_to("2027-06-01T12:00")
    effects = put(world, "admin", "2027-06-01", legal_reference=f" {LAW} ")
    after = submit(world, "2027-06-01T14:00")

    assert effects == Effects(keep=1, change=0, late=0)
    assert (due(world, before), due(world, after)) == (end_of("2027-06-22"), end_of("2027-07-01"))
    assert told(world, after).legal_reference == LAW
    assert not Wait.objects.filter(topic=TOPIC).exists()
    entry = AuditEntry.objects.get(chain="deadlines")
    assert (entry.action, entry.object) == ("deadline.set", f"deadline:{NAME}")
    assert entry.actor == world.key("admin")
    assert entry.fields == {
        "days": 20,
        "unit": "working_days",
        "extension": 10,
        "stopped_day": "begun",
        "valid_from": "2027-06-01",
        "legal_reference": LAW,
        "recounts": False,
        "changes": 0,
    }
    assert list(invariants()) == []


def test_what_began_on_the_day_or_later_is_counted_anew_if_that_is_asked(world: World) -> None:
    old = submit(world, "2027-05-31T10:00")
    ended = submit(world, "2027-06-01T09:00")
    decide(world, ended, "2027-06-01T09:30")
    new = submit(world, "2027-06-01T10:00")
    go_to("2027-06-07T12:00")
    wish = rule("2027-06-01", 3, recounts=True)

    assert effects_of(wish, user=world.actor("admin")) == Effects(keep=1, change=1, late=1)
    assert not DeadlineRule.objects.exists()
    assert put(world, "admin", "2027-06-01", 3, recounts=True) == Effects(keep=1, change=1, late=1)

    assert [due(world, case) for case in (old, ended, new)] == [
        end_of("2027-06-21"),
        end_of("2027-06-22"),
        end_of("2027-06-04"),
    ]
    assert told(world, new).is_overdue
    last = timeline(new).items[-1]
    assert last.kind == "clock_recounted"
    assert last.text_lv.endswith(
        "bija līdz 2027. gada 22. jūnija beigām, tagad līdz 2027. gada 4. jūnija beigām."
    )
    assert [item.kind for item in timeline(old).items if item.kind.startswith("clock")] == []


def test_a_recount_is_told_once_however_often_its_job_runs(world: World) -> None:
    case = submit(world, "2027-06-01T10:00")
    put(world, "admin", "2027-06-01", recounts=True)

    job = Wait.objects.get(topic=TOPIC)
    again = HandlerContext(
        instance_id=None,
        element="",
        topic=TOPIC,
        variables={},
        arguments=job.arguments,
        now=clock.now(),
        actor="system",
    )
    recount(again)

    assert [item.kind for item in timeline(case).items].count("clock_recounted") == 1


def test_a_rule_of_a_later_day_waits_for_it_and_may_be_taken_back(world: World) -> None:
    go_to("2027-06-01T10:00")
    put(world, "admin", "2027-07-01", 5)
    first, second = deadline_view(world.scope("officer"), NAME).rules
    assert (first.state, first.count.days, second.state, second.count.days) == ("planned", 5, "now", 15)

    with pytest.raises(NotAllowed):
        withdraw_rule(NAME, date(2027, 7, 1), user=world.actor("officer"))
    withdraw_rule(NAME, date(2027, 7, 1), user=world.actor("admin"))

    case = submit(world, "2027-07-05T10:00")
    assert due(world, case) == end_of("2027-07-26")
    shown = deadline_view(world.scope("admin"), NAME).rules[0]
    assert (shown.state, shown.who, shown.withdrawn_by) == ("withdrawn", "Una Pārzine", "Una Pārzine")
    assert AuditEntry.objects.filter(chain="deadlines").count() == 2
    for day in ("2027-07-01", "2027-06-01"):
        with pytest.raises(NotFound):
            withdraw_rule(NAME, date.fromisoformat(day), user=world.actor("admin"))


def test_what_is_in_force_already_cannot_be_taken_back(world: World) -> None:
    go_to("2027-06-01T10:00")
    put(world, "admin", "2027-06-01", 5)

    with pytest.raises(NotFound):
        withdraw_rule(NAME, date(2027, 6, 1), user=world.actor("admin"))
    assert DeadlineRule.objects.get().withdrawn_at is None


def test_a_mistake_of_the_same_day_is_set_right_by_another_rule(world: World) -> None:
    go_to("2027-06-01T10:00")
    put(world, "admin", "2027-06-01", 2)
    go_to("2027-06-01T11:00")
    put(world, "admin", "2027-06-01", 12)

    case = submit(world, "2027-06-01T12:00")

    assert due(world, case) == end_of("2027-06-17")
    assert [one.state for one in deadline_view(world.scope("admin"), NAME).rules] == [
        "now",
        "past",
        "declared",
    ]


def test_it_is_said_from_when_another_rule_stands(world: World) -> None:
    go_to("2027-06-01T10:00")
    put(world, "admin", "2027-07-01", 5)

    found = effects_of(rule("2027-06-15", 8), user=world.actor("admin"))

    assert found.until == date(2027, 7, 1)


@pytest.mark.parametrize("who", ["head", "officer", "auditor", "municipal"])
def test_only_the_ministrys_administrators_set_deadlines(world: World, who: str) -> None:
    for act in (set_deadline, effects_of):
        with pytest.raises(NotAllowed) as refused:
            act(rule("2027-06-01"), user=world.actor(who))
        assert refused.value.reason_code == "not_deadlines"
    assert not DeadlineRule.objects.exists()
    assert not AuditEntry.objects.filter(chain="deadlines").exists()
    assert not deadline_view(world.scope(who), NAME).sets


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"days": 0}, "days"),
        ({"days": 1001}, "days"),
        ({"unit": "weeks"}, "unit"),
        ({"extension": 1001}, "extension"),
        ({"stopped_day": "never"}, "stopped_day"),
        ({"legal_reference": "x" * 301}, "legal_reference"),
        ({"valid_from": "2036-01-01"}, "valid_from"),
        ({"days": 15}, "days"),
    ],
)
def test_what_is_set_is_checked(world: World, given: dict[str, Any], field: str) -> None:
    go_to("2027-06-01T10:00")
    day = given.pop("valid_from", "2027-06-01")

    with pytest.raises(FormInvalid) as refused:
        set_deadline(rule(day, **given), user=world.actor("admin"))

    assert [error.field for error in refused.value.errors] == [field]
    assert not DeadlineRule.objects.exists()


def test_a_deadline_that_nobody_knows_is_not_found(world: World) -> None:
    with pytest.raises(NotFound):
        set_deadline(NewRule("never", 5, "working_days", date(2027, 6, 1)), user=world.actor("admin"))
    with pytest.raises(NotFound):
        deadline_view(world.scope("admin"), "never")


def test_who_set_it_is_told_to_administrators_and_auditors_alone(world: World) -> None:
    go_to("2027-06-01T10:00")
    put(world, "admin", "2027-06-01")

    names = {who: deadline_view(world.scope(who), NAME).rules[0].who for who in ("admin", "auditor", "head")}

    assert names == {"admin": "Una Pārzine", "auditor": "Una Pārzine", "head": ""}


def test_every_deadline_of_the_processes_has_its_words(world: World) -> None:
    found = {view.name: view for view in deadline_views(world.scope("admin"))}

    assert found[NAME].is_of_case
    assert [one.key for one in found[NAME].processes] == ["request"]
    for name, declared in deadlines.declared().items():
        assert name == NAME or name not in (declared.title_lv, declared.title_en), name


def test_stops_runs_and_extensions_stand_in_the_timeline(world: World) -> None:
    case = submit(world, "2027-05-03T10:00")
    send_back(world, case, "2027-05-10T15:00")
    correct(world, case, "2027-05-16T20:00")
    extend(world, case, "admin", legal_reference="MK 1")

    stopped, runs, extended = (item for item in timeline(case).items if item.kind.startswith("clock"))

    assert (stopped.who, stopped.text_lv) == (
        "Kārlis Referents",
        "apturēja lēmuma termiņu, kamēr gaidām iesniedzēju: bija līdz 2027. gada 25. maija beigām, "
        "palika 11 darbdienas.",
    )
    assert (runs.who, runs.text_lv) == (
        "Ilze Paraugmāte",
        "atsāka lēmuma termiņu: bija līdz 2027. gada 25. maija beigām, tagad līdz 2027. gada 31. maija "
        "beigām.",
    )
    assert (extended.who, extended.quote) == ("Una Pārzine", f"{WHY}\nMK 1")
    assert extended.text_lv == (
        "pagarināja lēmuma termiņu par 5 darbdienām: bija līdz 2027. gada 31. maija beigām, "
        "tagad līdz 2027. gada 7. jūnija beigām."
    )
    assert stopped.text_en == (
        "stopped the deadline for the decision while waiting for the applicant: "
        "it was the end of 25 May 2027, 11 working days left."
    )
    assert runs.text_en == (
        "let the deadline for the decision run again: it was the end of 25 May 2027, "
        "now it is the end of 31 May 2027."
    )
    assert extended.text_en == (
        "extended the deadline for the decision by 5 working days: it was the end of 31 May 2027, "
        "now it is the end of 7 June 2027."
    )
