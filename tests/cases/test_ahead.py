"""What may still follow in a case, from its diagram and the variables that are settled."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from django.conf import settings

from cases.queries.ahead import Ahead
from engine import catalog
from engine.core.definition import Definition
from engine.core.parser import parse

SETTLED = {"needs_founder_signature": False, "needs_second_officer": False, "needs_commitment": True}
TOLD = ("userTask", "serviceTask")


@pytest.fixture(scope="module")
def access() -> Definition:
    return parse(catalog.read_folder(Path(settings.PROCESSES_DIR) / "access_request"))


def following(
    definition: Definition, now: str, variables: Mapping[str, object] | None = None
) -> tuple[set[str], set[str]]:
    """Tasks that may follow, and those among them that must."""
    ahead = Ahead(definition, [now], variables)
    names = {element.id for element in ahead.elements if element.type in TOLD}
    return names, {name for name in names if ahead.is_sure({name})}


def test_what_settled_variables_rule_out_is_not_ahead(access: Definition) -> None:
    possible, sure = following(access, "accept_commitment", SETTLED)

    assert possible == {
        "confirm_request", "decide", "correct", "refusal_letter", "apply_roles", "decision_letter"
    }  # fmt: skip
    assert sure == {"confirm_request", "decide"}


def test_a_variable_that_is_settled_the_other_way_makes_its_task_sure(access: Definition) -> None:
    possible, sure = following(access, "accept_commitment", {**SETTLED, "needs_founder_signature": True})

    assert "countersign" in sure
    assert "second_review" not in possible


def test_without_variables_every_branch_is_possible(access: Definition) -> None:
    possible, sure = following(access, "accept_commitment")

    assert {"countersign", "second_review"} <= possible
    assert sure == {"confirm_request", "decide"}


def test_what_a_task_may_still_change_is_open_behind_it(access: Definition) -> None:
    possible, sure = following(access, "fill_request", SETTLED)

    assert {"accept_commitment", "countersign", "second_review", "decide", "decide_revocation"} <= possible
    assert sure == {"check_registers", "accept_request"}


def test_a_correction_begins_anew_only_where_the_case_stands_at_it(access: Definition) -> None:
    from_correction, _sure = following(access, "correct", SETTLED)
    from_decision, _also = following(access, "decide", SETTLED)

    assert {"check_registers", "accept_commitment", "decide"} <= from_correction
    assert from_decision == {"correct", "refusal_letter", "apply_roles", "decision_letter"}


def test_one_of_several_decisions_is_sure_though_neither_is(access: Definition) -> None:
    ahead = Ahead(access, ["fill_request"], None)

    assert not ahead.is_sure({"decide"})
    assert ahead.is_sure({"decide", "decide_revocation"})


def test_time_may_take_the_case_elsewhere_and_makes_nothing_unsure(access: Definition) -> None:
    ahead = Ahead(access, ["accept_commitment"], SETTLED)

    assert "end_lapsed" in {element.id for element in ahead.elements}
    assert ahead.is_sure({"confirm_request"})


def test_nothing_is_ahead_of_a_case_that_stands_nowhere(access: Definition) -> None:
    ahead = Ahead(access, [], {})

    assert (ahead.elements, ahead.is_sure({"decide"})) == ((), False)


def test_what_a_correction_does_not_open_stays_as_it_is(access: Definition) -> None:
    variables = {**SETTLED, "kind": "grant"}

    free = Ahead(access, ["correct"], variables)
    narrow = Ahead(access, ["correct"], variables, {"correct": frozenset({"kind"})})

    assert "decide_revocation" in {element.id for element in free.elements}
    assert "decide_revocation" not in {element.id for element in narrow.elements}
    assert narrow.is_sure({"prepare_papers"})
