"""Two requests about one person sent at the same instant: one wins, the other hears its number."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from accounts.seed import seed
from cases.errors import CaseError, FormInvalid
from cases.models import Answer, Case
from cases.services.start import start_case
from cases.services.tasks import Completed, complete_task
from engine import catalog, clock
from engine.models import Task
from registries.models import Organisation, Person
from tests.plugins.at_once import at_once

from .conftest import actor, request

DECLARED = {
    "person": "declared",
    "given_name": "Zane",
    "family_name": "Iedomāta",
    "personal_code": "329876-54321",
    "position": "Skolotāja",
    "email": "zane.iedomata@example.lv",
}


@pytest.fixture
def lasting_seed(transactional_db: None, settings: Any) -> Iterator[None]:
    settings.SEED_ALLOWED = True
    seed(now=clock.now())
    catalog.forget()
    catalog.deploy_folder(Path(settings.PROCESSES_DIR) / "access_request")
    yield
    catalog.forget()


together = partial(at_once, expected=CaseError)


def begun() -> tuple[Case, Task]:
    school = Organisation.objects.get(name="Egļkalnu pamatskola")
    case = start_case("access_request", user=actor("ilze.piemere"), organisation=school).case
    return case, Task.objects.get(instance=case.instance)


@pytest.mark.parametrize("asked", [{}, DECLARED], ids=["employee", "declared"])
def test_of_two_requests_about_one_person_one_wins(lasting_seed: None, asked: dict[str, str]) -> None:
    head, (first, one), (second, two) = actor("ilze.piemere"), begun(), begun()
    answers = request(**asked)

    found = together(
        lambda: complete_task(one.public_id, user=head, answers=answers),
        lambda: complete_task(two.public_id, user=head, answers=answers),
    )

    won = next(
        case for case, answer in zip((first, second), found, strict=True) if isinstance(answer, Completed)
    )
    lost = next(answer for answer in found if isinstance(answer, FormInvalid))
    assert [(error.field, error.code) for error in lost.errors] == [("person", "duplicate")]
    assert won.number in lost.errors[0].message_lv
    assert Answer.objects.count() == 1
    assert sorted(Case.objects.values_list("status", flat=True)) == ["draft", "submitted"]
    assert Person.objects.filter(family_name="Iedomāta").count() == len(asked) // len(DECLARED)
