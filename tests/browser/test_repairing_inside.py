"""An administrator repairs in a browser what stopped in one of several: its values, and no other's."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.urls import reverse

from accounts.seed import FIRST_SCHOOL
from cases.models import Case
from cases.services.start import start_case
from engine import catalog, handlers, jobs
from engine.handlers import Handler, HandlerContext
from engine.models import Incident, RepairMade
from registries.models import Organisation
from tests.access_request.conftest import actor
from tests.browser import stuck
from tests.browser.conftest import Guest, empty, fill
from tests.browser.test_many import seen
from tests.engine import inside

WHY = "Skola iesūtīja skaitli uz papīra."


def share(context: HandlerContext) -> dict[str, int]:
    return {"share": 12 // (context.variables.get("by") or 0)}


def schools(_context: HandlerContext) -> dict[str, list[str]]:
    return {"schools": inside.SCHOOLS}


@pytest.fixture
def case(site: str) -> Iterator[Case]:
    """A case that has failed at the same step of each of three; nothing of it is left to other pages."""
    handlers._handlers["test.page.share"] = Handler("test.page.share", share, "job", "by_hand")
    handlers._handlers["test.page.schools"] = Handler("test.page.schools", schools, "in_step", "safe")
    files = inside.divided_for_each(
        "test.page.share", "test.page.schools", "institution_head@${organisation}"
    )
    catalog.deploy(
        {name: one.replace(b"start:clerk", b"start:institution_head") for name, one in files.items()}
    )
    place = Organisation.objects.get(name=FIRST_SCHOOL)
    case = start_case("dividing_each", user=actor("ilze.piemere"), organisation=place).case
    jobs.run_due("test", until_empty=True)
    yield case
    del handlers._handlers["test.page.share"], handlers._handlers["test.page.schools"]
    empty()
    fill()


def test_values_are_set_for_the_one_that_is_chosen(guests: Callable[[str], Guest], case: Case) -> None:
    una = guests(stuck.ADMINISTRATOR)
    second = Incident.objects.filter(instance=case.instance_id).order_by("id")[1]
    una.go(reverse("incident", args=[second.public_id]))
    assert una.page.get_by_text("Mainīgie tikai šai daļai: Jautā skolām nr. 2 (b)").is_visible()
    seen(una, "inside-1-incident")

    una.go(reverse("case_repair", args=[case.public_id]))
    una.page.get_by_label("Mainīt mainīgos").check()
    assert una.page.locator("#v-by").count() == 0
    una.page.get_by_label("Kurā solī?").select_option(
        label="Darbs – Jautā skolām nr. 2 (b) (automātisks solis)"
    )
    una.page.locator("#v-by").fill("4")
    seen(una, "inside-2-chosen")
    una.page.get_by_role("button", name="Skatīt, kas notiktu").click()
    assert una.page.get_by_text("asked#2/by: bez vērtības → 4").is_visible()
    una.page.get_by_label("Pamatojums").fill(WHY)
    seen(una, "inside-3-preview")
    una.page.get_by_role("button", name="Darīt tagad").click()
    assert una.page.get_by_text("Mainīgie ir nomainīti.").is_visible()
    made = RepairMade.objects.get(instance=case.instance_id)
    assert made.variables == [["asked#2/by", ["none", None], ["int", 4]]]

    una.go(f"{reverse('incidents_repair')}?process=dividing_each&version=1&element=divide")
    una.page.get_by_label("Izlaist soli").check()
    una.page.locator("#v-share").fill("5")
    seen(una, "inside-4-many")
    una.page.get_by_role("button", name="Skatīt, kas notiktu").click()
    assert una.page.get_by_text("asked#3/share: bez vērtības → 5").is_visible()
    seen(una, "inside-5-many-preview")
