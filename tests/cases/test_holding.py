"""Who has a task, and what is typed in it: claim, take over, release, assign, drafts."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from cases import people
from cases.dates import moment
from cases.errors import (
    DraftConflict,
    FieldsUnknown,
    FormInvalid,
    NotAllowed,
    NotFound,
    TaskNotOpen,
    TaskTaken,
)
from cases.models import AuditEntry, Draft
from cases.services.start import Started
from cases.services.tasks import Completed, assign_task, claim_task, complete_task, release_task, save_draft
from engine.models import Task
from tests.cases.conftest import open_task
from tests.cases.people import World
from tests.cases.unchanged import refused


def last_action() -> tuple[str, str]:
    entry = AuditEntry.objects.filter(chain__startswith="case:").order_by("-id")[0]
    return entry.action, people.names([entry.actor])[entry.actor]


def test_claiming_puts_the_task_in_ones_hands(world: World, submitted: Completed) -> None:
    row = claim_task(open_task(submitted).public_id, user=world.actor("officer"))

    assert row.assignee == "officer"
    assert open_task(submitted).claimed_at is not None
    assert last_action() == ("task.claimed", "Kārlis Referents")


def test_a_colleagues_task_is_taken_over_only_on_purpose(world: World, submitted: Completed) -> None:
    task = open_task(submitted).public_id
    claim_task(task, user=world.actor("officer"))

    with refused(TaskTaken) as raised:
        claim_task(task, user=world.actor("colleague"))
    with override("en"):
        assert str(raised.value.message).startswith("Kārlis Referents has had this task since")
    assert claim_task(task, user=world.actor("colleague"), take_over=True).assignee == "colleague"
    with refused(NotAllowed):
        complete_task(task, user=world.actor("officer"), answers={"decision": "grant"})


def test_a_release_gives_the_task_back_to_the_group(world: World, submitted: Completed) -> None:
    task = open_task(submitted).public_id
    claim_task(task, user=world.actor("officer"))

    with refused(NotAllowed):
        release_task(task, user=world.actor("colleague"))
    assert release_task(task, user=world.actor("officer")).assignee == ""
    assert last_action() == ("task.released", "Kārlis Referents")


def test_a_task_is_given_to_a_colleague_of_the_group(world: World, submitted: Completed) -> None:
    task = open_task(submitted).public_id

    assert assign_task(task, user=world.actor("officer"), to="colleague").assignee == "colleague"
    assert last_action() == ("task.assigned", "Kārlis Referents")
    for name in ("head", "auditor", "nobody"):
        with refused(NotAllowed):
            assign_task(task, user=world.actor("officer"), to=name)
    with refused(NotAllowed):
        assign_task(task, user=world.actor("head"), to="officer")


@pytest.mark.parametrize("name", ["stranger", "other_head"])
def test_strangers_find_no_task_to_hold(world: World, submitted: Completed, name: str) -> None:
    task, who = open_task(submitted).public_id, world.actor(name)
    with refused(NotFound):
        claim_task(task, user=who)
    with refused(NotFound):
        release_task(task, user=who)
    with refused(NotFound):
        assign_task(task, user=who, to=name)
    with refused(NotFound):
        save_draft(task, user=who, content={}, version=None)


def test_a_closed_task_is_not_held(world: World, submitted: Completed) -> None:
    done = Task.objects.get(element="fill").public_id
    with refused(TaskNotOpen):
        claim_task(done, user=world.actor("deputy"))
    with refused(TaskNotOpen):
        save_draft(done, user=world.actor("head"), content={"title": "x"}, version=None)


def test_drafts_count_their_versions(world: World, started: Started) -> None:
    assert started.task is not None
    task, head = started.task.public_id, world.actor("head")

    first = save_draft(task, user=head, content={"title": "M"}, version=None)
    second = save_draft(task, user=head, content={"title": "Mi", "amount": "div"}, version=first.version)

    assert (first.version, second.version) == (1, 2)
    assert Draft.objects.get().content == {"title": "Mi", "amount": "div"}
    assert "Mi" not in str(list(AuditEntry.objects.values_list("fields", flat=True)))


@pytest.mark.parametrize("version", [None, 0, 1, 3])
def test_a_draft_saved_elsewhere_is_not_overwritten(
    world: World, started: Started, version: int | None
) -> None:
    assert started.task is not None
    task, head = started.task.public_id, world.actor("head")
    save_draft(task, user=head, content={"title": "a"}, version=None)
    save_draft(task, user=head, content={"title": "b"}, version=1)

    with refused(DraftConflict) as raised:
        save_draft(task, user=head, content={"title": "c"}, version=version)

    assert (raised.value.version, raised.value.who) == (2, "Ilze Paraugmāte")  # type: ignore[attr-defined]


def test_a_second_window_of_ones_own_is_told_from_a_colleague(world: World, submitted: Completed) -> None:
    task = open_task(submitted).public_id
    save_draft(task, user=world.actor("officer"), content={"decision": "grant"}, version=None)

    told = {}
    for name in ("officer", "colleague"):
        with refused(DraftConflict) as raised:
            save_draft(task, user=world.actor(name), content={"decision": "refuse"}, version=0)
        with override("en"):
            told[name] = str(raised.value.message)

    assert told["officer"].startswith("You saved another version of this draft in another window")
    assert told["colleague"].startswith("Kārlis Referents saved another version of this draft, ")
    assert Draft.objects.get().content == {"decision": "grant"}


def test_who_lost_the_task_to_a_colleague_hears_to_whom_and_since_when(
    world: World, submitted: Completed
) -> None:
    task, officer = open_task(submitted).public_id, world.actor("officer")
    claim_task(task, user=officer)
    claim_task(task, user=world.actor("colleague"), take_over=True)

    told = []
    for attempt in (
        lambda: save_draft(task, user=officer, content={"decision": "grant"}, version=None),
        lambda: complete_task(task, user=officer, answers={"decision": "grant"}),
        lambda: release_task(task, user=officer),
    ):
        with refused(NotAllowed) as raised:
            attempt()
        with override("en"):
            told.append(str(raised.value.message))

    since = moment(Task.objects.get(public_id=task).claimed_at, "en")  # type: ignore[arg-type]
    assert told == [f"Anna Kolēģe has had this task since {since}. Take it over if that is agreed."] * 3
    assert raised.value.details == {"reason": "assigned_to_other"}  # type: ignore[attr-defined]
    assert not Draft.objects.exists()


def test_the_same_content_saved_twice_by_one_person_is_no_conflict(world: World, started: Started) -> None:
    assert started.task is not None
    task, head = started.task.public_id, world.actor("head")
    content = {"title": "a", "amount": "1"}

    first = save_draft(task, user=head, content=content, version=None)
    again = save_draft(task, user=head, content=dict(reversed(content.items())), version=None)

    assert (first.version, again.version) == (1, 1)
    assert Draft.objects.get().content == content


def test_a_draft_that_was_sent_away_is_a_conflict(world: World, started: Started) -> None:
    assert started.task is not None
    with refused(DraftConflict):
        save_draft(started.task.public_id, user=world.actor("head"), content={"title": "a"}, version=4)


def test_a_draft_has_the_forms_fields_and_a_limit(world: World, started: Started) -> None:
    assert started.task is not None
    task, head = started.task.public_id, world.actor("head")
    with refused(FieldsUnknown):
        save_draft(task, user=head, content={"nothing": 1}, version=None)
    with refused(FormInvalid):
        save_draft(task, user=head, content={"title": "x" * 300_000}, version=None)
