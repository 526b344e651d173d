"""An administrator repairs a case in a browser: chosen in the drawing, seen before, confirmed by another."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse

from engine import jobs
from engine.models import RepairMade, Task
from tests.browser import stuck
from tests.browser.conftest import Guest
from tests.browser.stages import Stages
from tests.browser.test_many import seen

SECOND = "peteris.parzinis"
WHY = "Iesniegums jau ir saņemts uz papīra."


@pytest.fixture(scope="module")
def stages(site: str) -> Stages:
    return Stages()


def test_a_case_is_moved_by_two_people(guests: Callable[[str], Guest], stages: Stages) -> None:
    una = guests(stuck.ADMINISTRATOR)
    case = stages.begun.case
    una.go(stuck.incident(stages))
    una.page.get_by_role("link", name="mainiet mainīgos").click()

    una.page.locator("[data-ready=yes]").wait_for()
    una.page.locator('[data-element-id="correct"]').click()
    assert una.page.get_by_label("Pārcelt uz citu soli").is_checked()
    assert una.page.get_by_label("Uz kuru soli?").input_value() == "correct"
    seen(una, "repair-1-chosen")
    una.page.get_by_role("button", name="Skatīt, kas notiktu").click()
    assert una.page.get_by_text("Labot iesniegumu (cilvēka uzdevums)").is_visible()
    seen(una, "repair-2-preview")

    una.page.get_by_role("button", name="Lūgt apstiprināt").click()
    assert una.page.get_by_role("alert").get_by_text("Norādiet pamatojumu.").is_visible()
    seen(una, "repair-3-without-reason")
    una.page.get_by_label("Pamatojums").fill(WHY)
    una.page.get_by_role("button", name="Lūgt apstiprināt").click()
    assert una.page.get_by_text("jāapstiprina kādam citam: Pēteris Pārzinis.").is_visible()
    seen(una, "repair-4-asked")
    assert Task.objects.get(instance=case.instance_id, status="open").element == stuck.ELEMENT

    other = guests(SECOND)
    other.go(reverse("jobs"))
    other.page.get_by_role("link", name="Procesa labojums").first.click()
    seen(other, "repair-5-to-confirm")
    other.page.get_by_role("button", name="Apstiprināt un sākt").click()
    jobs.run_due("test", until_empty=True)
    other.page.get_by_text("1 lieta – izdevās: 1.").wait_for()
    seen(other, "repair-6-done")

    assert Task.objects.get(instance=case.instance_id, status="open").element == "correct"
    una.go(reverse("case_repair", args=[case.public_id]))
    una.page.get_by_label("Mainīt mainīgos").check()
    seen(una, "repair-7-variables")
    una.go(reverse("case", args=[case.public_id]))
    assert una.page.get_by_text("laboja procesu pie soļa “Aizpildīt iesniegumu”").is_visible()
    assert RepairMade.objects.get().target == "correct"
    assert una.complaints == other.complaints == []
