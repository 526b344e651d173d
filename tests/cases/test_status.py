"""The legal status of a case: its transitions, guarded by the database as well."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from cases.errors import CaseNotOpen, NotAllowed, NotFound
from cases.models import AuditEntry, Case, Message
from cases.services.cases import cancel_case, set_outcome, withdraw_case
from cases.services.start import Started, start_case
from cases.services.tasks import Completed, claim_task, complete_task
from engine.invariants import all_invariants
from engine.models import Task
from tests.cases.conftest import open_task
from tests.cases.people import World
from tests.cases.unchanged import refused

ALLOWED = {
    "draft": {"submitted", "closed", "withdrawn"},
    "submitted": {"returned", "decided", "closed", "withdrawn"},
    "returned": {"submitted", "closed", "withdrawn"},
    "decided": {"closed"},
    "closed": set(),
    "withdrawn": set(),
}
PATHS = {
    "draft": [],
    "submitted": ["submitted"],
    "returned": ["submitted", "returned"],
    "decided": ["submitted", "decided"],
    "closed": ["closed"],
    "withdrawn": ["withdrawn"],
}


def set_status(case: Case, status: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET status = %s WHERE id = %s", [status, case.pk])


@pytest.mark.parametrize("before", ALLOWED)
def test_the_database_refuses_what_is_no_transition(started: Started, before: str) -> None:
    for status in PATHS[before]:
        set_status(started.case, status)
    for after in [*sorted(set(ALLOWED) - ALLOWED[before] - {before}), "nonsense"]:
        with pytest.raises(IntegrityError):
            set_status(started.case, after)
    assert Case.objects.get().status == before


def test_the_status_cannot_be_set_by_hand(started: Started) -> None:
    with pytest.raises(AttributeError):
        Case.objects.get().status = "closed"


def test_the_applicant_withdraws(world: World, submitted: Completed) -> None:
    claim_task(open_task(submitted).public_id, user=world.actor("officer"))

    case = withdraw_case(submitted.case_public_id, user=world.actor("head"))

    assert (case.status, Case.objects.get().status) == ("withdrawn", "withdrawn")
    assert not Task.objects.filter(status="open").exists()
    assert Message.objects.get().recipient == world.users["officer"].person
    entry = AuditEntry.objects.get(chain=f"case:{case.pk}", action="case.cancelled")
    assert entry.fields["reason"] == "withdrawn"
    assert all_invariants() == []


@pytest.mark.parametrize(
    ("name", "error"),
    [("officer", NotAllowed), ("municipal", NotAllowed), ("stranger", NotFound), ("teacher", NotFound)],
)
def test_others_do_not_withdraw(world: World, submitted: Completed, name: str, error: type) -> None:
    with refused(error):
        withdraw_case(submitted.case_public_id, user=world.actor(name))


def test_a_closed_case_is_not_withdrawn(world: World, submitted: Completed) -> None:
    complete_task(open_task(submitted).public_id, user=world.actor("officer"), answers={"decision": "refuse"})
    with refused(CaseNotOpen):
        withdraw_case(submitted.case_public_id, user=world.actor("head"))


def test_an_administrator_cancels(world: World, submitted: Completed) -> None:
    with refused(NotAllowed):
        cancel_case(submitted.case_public_id, user=world.actor("officer"), reason="mistake")

    cancel_case(submitted.case_public_id, user=world.actor("admin"), reason="mistake")

    case = Case.objects.get()
    assert (case.status, case.outcome) == ("closed", "cancelled")
    assert Message.objects.get().kind == "case.cancelled"
    with refused(CaseNotOpen):
        cancel_case(submitted.case_public_id, user=world.actor("admin"), reason="mistake")
    assert all_invariants() == []


def test_the_outcome_is_in_the_chain(world: World, submitted: Completed) -> None:
    case = Case.objects.get()

    set_outcome(case.pk, "granted")
    set_outcome(case.pk, "granted")

    assert Case.objects.get().outcome == "granted"
    entries = AuditEntry.objects.filter(chain=f"case:{case.pk}", action="case.outcome")
    assert [entry.fields for entry in entries] == [{"outcome": "granted"}]
    assert all_invariants() == []


def test_numbers_run_by_process_and_year(world: World) -> None:
    numbers = [
        start_case(key, user=world.actor("head"), organisation=world.school).case.number
        for key in ("request", "request", "pair")
    ]
    year = Case.objects.order_by("id")[0].created_at.year
    assert numbers == [f"VIIS-PAR-{year}-0001", f"VIIS-PAR-{year}-0002", f"VIIS-DIV-{year}-0001"]
