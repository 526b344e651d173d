"""The checks after a run under faults find what was lost or doubled; a check that cannot fail is none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from django.core import mail

from accounts.models import Activation, RoleGrant
from accounts.services import make_activation_link
from cases.models import AuditEntry, Case, Document, Message, TaskLink
from cases.services.start import start_case
from cases.services.tasks import complete_task
from engine import clock, jobs
from engine.models import Completion, Incident, Task, Wait
from registries.models import Organisation
from tests.access_request.conftest import CONFIRMED, Walk, actor, begin, request
from tests.chaos.checks import problems
from tests.chaos.client import Acknowledged
from tests.chaos.equation import equation
from tests.chaos.journey import GRANTED
from tests.chaos.mailbox import Mailbox
from tests.chaos.mails import repeats
from tests.plugins.database import as_owner
from tests.plugins.scenarios import seeded

__all__ = ["begin", "seeded"]

HEAD, OFFICER = "ilze.piemere", "karlis.paraugs"
DECIDED = "access.decided"
DECLARED = {
    "person": "declared",
    "given_name": "Zane",
    "family_name": "Iedomāta",
    "personal_code": "329876-54321",
    "position": "Skolotāja",
    "email": "zane.iedomata@example.lv",
}


@dataclass
class Run:
    """One request that went well, as the clients and the mailbox of a run remember it."""

    walk: Walk
    kept: list[Acknowledged]
    mails: Counter[str]

    @property
    def case(self) -> Case:
        return self.walk.fresh()

    def problems(self) -> list[str]:
        return list(problems(self.kept, 1, self.mails))


@pytest.fixture
def run(begin: Callable[..., Walk], tmp_path: Path) -> Run:
    """A request from the start to the letter, every act with a key, every mail in the mailbox."""
    school = Organisation.objects.get(name="Egļkalnu pamatskola")
    started = start_case("access_request", user=actor(HEAD), organisation=school, idempotency_key="k0")
    told = {"case": {"id": str(started.case.public_id)}}
    walk, kept = Walk(started.case), [Acknowledged("k0", HEAD, "/api/v1/cases", {}, told)]

    def act(element: str, by: str, answers: dict[str, Any]) -> None:
        task, key = walk.task(element).public_id, f"k{len(kept)}"
        complete_task(task, user=actor(by), answers=answers, idempotency_key=key)
        kept.append(Acknowledged(key, by, f"/api/v1/tasks/{task}/complete", {}, {}))
        jobs.run_due("test", until_empty=True)

    act("fill_request", HEAD, request(**DECLARED))
    walk.accept()
    act("confirm_request", HEAD, {**CONFIRMED, "how": "paper"})
    act("decide", OFFICER, GRANTED)
    return Run(walk, kept, arrived(tmp_path))


def arrived(folder: Path) -> Counter[str]:
    """The keys of the mails that were sent, read as the run reads them."""
    for number, message in enumerate(mail.outbox):
        (folder / f"{number}.eml").write_bytes(message.message().as_bytes())
    return Mailbox(folder).all_keys()


def past_the_guards(table: str, change: str) -> None:
    """Change rows as only who owns the tables can: triggers keep everybody else from it."""
    with as_owner() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"UPDATE {table} SET {change}")
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def again(row: Any, **changes: Any) -> Any:
    """A copy of a row."""
    row.pk = None
    row._state.adding = True
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(force_insert=True)
    return row


def test_a_request_that_went_well_has_no_problem(run: Run) -> None:
    assert run.problems() == []

    sums = equation()
    assert sums.versions == sums.completions == sums.audited > len(run.kept) == sums.keyed == 4
    assert (sums.jobs, repeats(run.mails)) == (sums.attempts, 0)
    assert run.mails.total() == len(mail.outbox) > 2


def test_a_lost_completion_is_found_by_the_client_the_history_and_the_audit(run: Run) -> None:
    Completion.objects.get(element="decide", kind="task").delete()

    found = run.problems()

    task = run.kept[3].path
    assert f"{OFFICER} had an answer to {task}, and its key stands 0 times" in found
    assert (
        f"case {run.case.number}: people did ['fill_request', 'accept_commitment', 'confirm_request']"
        in found
    )
    assert any(one.startswith("the instances moved") for one in found)
    assert "check_invariants: 2 invariant(s) do not hold." in found


def test_a_lost_audit_row_is_found_by_the_sums_and_by_its_chain(run: Run) -> None:
    with as_owner():
        AuditEntry.objects.get(action="case.started").delete()

    found = run.problems()

    assert any(one.startswith("the instances moved") for one in found)
    assert "verify_audit: The audit has been tampered with at 1 places." in found


def test_a_lost_case_is_found(run: Run) -> None:
    assert "1 cases for 2 requests" in list(problems(run.kept, 2, run.mails))
    assert "4 acts were acknowledged for 2 requests of 4" in list(problems(run.kept, 2, run.mails))


def test_an_act_whose_key_stands_at_another_task_or_case_is_found(run: Run) -> None:
    other = replace(run.kept[3], path=run.kept[2].path)
    told = replace(run.kept[0], answer={"case": {"id": "another"}})

    found = list(problems([told, *run.kept[1:3], other], 1, run.mails))

    decided = Task.objects.get(element="decide").public_id
    assert found == [
        f"{HEAD} was told of case {{'id': 'another'}}, and its key stands at another",
        f"{OFFICER} had an answer to {other.path}, and its key stands at task {decided}",
    ]


def test_a_completion_that_nobody_was_told_of_is_found(run: Run) -> None:
    found = list(problems(run.kept[:3], 1, run.mails))

    assert "3 acts were acknowledged, and 4 keys stand in the history" in found


def test_a_case_that_stands_still_is_found_with_what_it_waits_for(begin: Callable[..., Walk]) -> None:
    walk = begin()

    found = list(problems([], 1, Counter()))

    task = walk.task("fill_request").pk
    assert f"case {walk.case.number} is draft ''" in found
    assert f"task {task} (fill_request) is open" in found


def test_a_doubled_grant_is_found_whoever_holds_it(run: Run) -> None:
    grant = again(RoleGrant.objects.get(case_number=run.case.number), role="accountant")

    assert run.problems() == [f"case {run.case.number}: 2 roles granted"]

    RoleGrant.objects.filter(pk=grant.pk).update(case_number="nobody's")
    assert run.problems() == ['a role was granted by case "nobody\'s", which is not there']


def test_a_lost_grant_is_found(run: Run) -> None:
    RoleGrant.objects.filter(case_number=run.case.number).delete()

    assert run.problems() == [f"case {run.case.number}: 0 roles granted"]


def test_a_doubled_letter_is_found(run: Run) -> None:
    again(Document.objects.get(kind="access.decision"), public_id=run.case.public_id, natural_key="twice")

    (said,) = run.problems()
    assert said.startswith(f"case {run.case.number}: its documents are")
    assert "'access.decision': 2" in said


def test_a_doubled_message_is_found(run: Run) -> None:
    again(Message.objects.get(kind=DECIDED), public_id=run.case.public_id, natural_key="twice")

    found = run.problems()

    (case,) = [one for one in found if one.startswith(f"case {run.case.number}: its messages are")]
    assert f"'{DECIDED}': 2" in case
    assert any(one.endswith("came 0 times, and was begun 0 times") for one in found)


def test_a_message_that_no_job_mails_is_found(run: Run) -> None:
    message = Message.objects.get(kind=DECIDED)
    Message.objects.filter(pk=message.pk).update(sent_at=None)
    Wait.objects.filter(arguments={"message": message.pk}).delete()
    del run.mails[f"message-{message.public_id}"]

    assert run.problems() == [
        f"message {message.pk} came 0 times, and was begun 0 times",
        "check_invariants: 1 invariant(s) do not hold.",
        f"message {message.pk}: was not mailed, and no job is there that mails it",
    ]


def test_a_lost_message_is_found(run: Run) -> None:
    message = Message.objects.get(kind=DECIDED)
    del run.mails[f"message-{message.public_id}"]
    message.delete()

    assert run.problems() == [
        f"case {run.case.number}: its messages are "
        "{'accounts.invite': 1, 'links.invite': 1, 'task.opened': 1}"
    ]


def test_a_mail_that_came_twice_is_found_unless_its_job_was_begun_twice(run: Run) -> None:
    message = Message.objects.get(kind=DECIDED)
    run.mails[f"message-{message.public_id}"] += 1

    assert run.problems() == [f"message {message.pk} came 2 times, and was begun 1 times"]

    Wait.objects.filter(topic="notifications.mail", arguments={"message": message.pk}).update(attempts=2)
    assert run.problems() == []
    assert repeats(run.mails) == 1


def test_a_mail_that_never_came_is_found(run: Run) -> None:
    message = Message.objects.get(kind=DECIDED)
    link, activation = TaskLink.objects.get(), Activation.objects.get()
    for key in (f"message-{message.public_id}", f"link-{link.pk}", f"invitation-{activation.pk}"):
        del run.mails[key]

    assert run.problems() == [
        f"message {message.pk} came 0 times, and was begun 1 times",
        f"the mail link-{link.pk} came 0 times",
        f"the mail invitation-{activation.pk} came 0 times",
    ]


def test_a_mail_that_nobody_asked_for_is_found(run: Run) -> None:
    run.mails += Counter(["message-unknown", "link-0", "something"])

    assert run.problems() == [
        "the mail message-unknown came, and no message is there",
        "the mail link-0 came, and no link is there",
        "nobody asked for the mail something",
    ]


def test_a_second_invitation_is_found_unless_its_job_was_begun_twice(run: Run) -> None:
    first = Activation.objects.get()
    second = make_activation_link(first.user, now=clock.now())
    run.mails[f"invitation-{second.id}"] += 1

    assert run.problems() == [
        f"2 links of invitation {first.user_id} were made, and begun 1 times",
    ]

    Wait.objects.filter(topic="accounts.invite").update(attempts=2)
    assert run.problems() == []


def test_a_job_that_nobody_runs_and_an_incident_are_found(run: Run) -> None:
    job = jobs.enqueue("notifications.mail", now=clock.now(), arguments={"message": 0})
    wait = Wait.objects.get(pk=job)
    Incident.objects.create(wait=wait, cause="handler_failed", attempts=8, opened_at=clock.now())

    found = run.problems()

    assert "an incident at notifications.mail: handler_failed" in found
    assert f"job {job} (notifications.mail) is due after 0 attempts" in found


def test_a_state_that_was_changed_is_found(run: Run) -> None:
    past_the_guards("engine_processinstance", "state = state || 'x'::bytea")

    found = run.problems()

    key = run.case.instance_id
    assert f"instance {key}: its state does not match its hash" in found


def test_a_file_that_was_changed_is_found(run: Run) -> None:
    past_the_guards("cases_blob", "content = content || 'x'::bytea")

    assert any(one.endswith("its content does not match its hash") for one in run.problems())
