"""Extending the deadline of a case: who may, by how much, until when, and what the applicant is told."""

from __future__ import annotations

from typing import Any

import pytest

from cases.errors import FormInvalid, NotAllowed, NotExtendable, NotFound
from cases.invariants import invariants
from cases.models import AuditEntry, Case, ClockExtension, Message
from cases.notifications import render
from cases.services.extending import extend_deadline
from cases.services.tasks import claim_task
from engine.jobs import run_due
from tests.cases.people import World
from tests.cases.test_clock import correct, decide, end_of, go_to, send_back, submit, told, world

__all__ = ["world"]
WHY = "Jāsaņem atzinums no pašvaldības."


def taken(world: World) -> Case:
    """A case whose task of deciding the officer has taken."""
    case = submit(world, "2027-05-03T10:00")
    claim_task(case.instance.tasks.get(status="open").public_id, user=world.actor("officer"))
    return case


def extend(world: World, case: Case, who: str = "officer", **given: Any) -> Case:
    return extend_deadline(case.public_id, user=world.actor(who), **{"days": 5, "reason": WHY, **given})


def unchanged(case: Case) -> tuple[int, int, int]:
    entries = AuditEntry.objects.filter(chain=f"case:{case.pk}").count()
    return ClockExtension.objects.count(), entries, Message.objects.filter(kind="case.extended").count()


def test_who_decides_extends_the_deadline_and_the_applicant_is_told_why(world: World) -> None:
    case = taken(world)

    extend(world, case, legal_reference="MK 1, 2. punkts")

    found = told(world, case)
    assert found.due_at == end_of("2027-06-01")
    assert found.short_lv == "15 darbdienas no 3. maija, pagarināts par 5 darbdienām, 1 svētku diena"
    assert found.short_en == "15 working days from 3 May, extended by 5 working days, 1 holiday"
    assert [(one.days, one.reason) for one in found.extensions] == [(5, WHY)]
    message = Message.objects.get(kind="case.extended")
    assert message.recipient.user.username == "head"
    subject, body = render(message, "lv")
    assert subject == f"{case.number}: pagarināts lēmuma termiņš"
    assert "pagarināts par 5 darbdienām" in body
    assert f"Pamatojums: {WHY}" in body
    assert "līdz 2027. gada 1. jūnija beigām" in body
    entry = AuditEntry.objects.get(action="clock.extended")
    assert (entry.actor, entry.fields["days"]) == (f"user:{world.users['officer'].pk}", 5)
    assert WHY not in str(entry.fields)
    assert list(invariants()) == []


def test_an_administrator_may_and_others_may_not(world: World) -> None:
    case = taken(world)
    before = unchanged(case)
    for who in ("colleague", "head", "auditor"):
        with pytest.raises(NotAllowed) as refused:
            extend(world, case, who)
        assert refused.value.reason_code == "not_deciding"
    with pytest.raises(NotFound):
        extend(world, case, "stranger")
    assert unchanged(case) == before

    extend(world, case, "admin")
    assert ClockExtension.objects.get().by == "admin"


@pytest.mark.parametrize("given", [{"days": 0}, {"days": 11}, {"reason": "  "}, {"reason": "x" * 1001}])
def test_days_and_reason_are_checked(world: World, given: dict[str, Any]) -> None:
    case = taken(world)
    before = unchanged(case)

    with pytest.raises(FormInvalid) as refused:
        extend(world, case, **given)

    assert [error.field for error in refused.value.errors] == list(given)
    assert unchanged(case) == before


def test_it_may_be_extended_several_times_within_the_limit_of_all_days(world: World) -> None:
    case = taken(world)
    extend(world, case, days=6)
    assert told(world, case, "officer").may_extend_by == 4
    with pytest.raises(FormInvalid):
        extend(world, case, days=5)
    extend(world, case, days=4)

    with pytest.raises(NotExtendable):
        extend(world, case, days=1)
    assert told(world, case, "officer").may_extend_by == 0
    assert Message.objects.filter(kind="case.extended").count() == 2


def test_a_deadline_that_has_passed_or_ended_cannot_be_extended(world: World) -> None:
    late, decided = taken(world), taken(world)
    decide(world, decided, "2027-05-04T10:00")
    with pytest.raises(NotExtendable):
        extend(world, decided, "admin")
    go_to("2027-05-26T00:01")

    with pytest.raises(NotExtendable):
        extend(world, late)
    assert ClockExtension.objects.count() == 0


def test_an_extension_after_a_stop_adds_to_what_the_stop_gave(world: World) -> None:
    case = submit(world, "2027-05-03T10:00")
    send_back(world, case, "2027-05-10T15:00")
    correct(world, case, "2027-05-16T20:00")

    extend(world, case, days=1)

    found = told(world, case)
    assert found.due_at == end_of("2027-06-01")
    assert found.short_lv == (
        "15 darbdienas no 3. maija, apturēts uz 6 dienām, kamēr gaidījām jūs, "
        "pagarināts par 1 darbdienu, 1 svētku diena"
    )


def test_it_may_be_extended_while_it_stands(world: World) -> None:
    case = submit(world, "2027-05-03T10:00")
    send_back(world, case, "2027-05-10T15:00")
    extend(world, case, "admin", days=3)

    assert (told(world, case).due_at, told(world, case).left) == (None, 14)
    run_due("test", until_empty=True)
    assert Message.objects.filter(kind="case.extended").count() == 1
