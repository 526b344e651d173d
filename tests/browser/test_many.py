"""Many tasks at once in a browser: ticking, the whole page, the result; axe on every page and state."""

import os
import re
from collections.abc import Iterator
from itertools import count

from django.urls import reverse

from accounts.seed import FIRST_SCHOOL
from cases.services.tasks import claim_task
from engine import jobs
from engine.models import Task
from tests.access_request.conftest import actor
from tests.browser.conftest import DESK, PHONE
from tests.browser.stages import GIVEN_NAMES
from tests.browser.test_accessibility import check
from tests.browser.test_accessibility_of_states import begin

FAMILY_NAMES = ("Nezināma", "Pagaidule", "Iedomāte", "Izdomāne")
# A folder for pictures of every state; empty: none are taken.
SHOTS = os.environ.get("VIIS_PICTURES", "")


def newcomers() -> Iterator[dict[str, str]]:
    """People whom no register knows yet, as a head declares them; each once in a run."""
    for number in count(1):
        yield {
            "person": "declared",
            "given_name": GIVEN_NAMES[number % len(GIVEN_NAMES)],
            "family_name": FAMILY_NAMES[number // len(GIVEN_NAMES) % len(FAMILY_NAMES)],
            "personal_code": f"32{number:04}-6{number:04}",
            "position": "Skolotāja",
            "email": f"jauna.{number}@skola.example",
        }


NEWCOMERS = newcomers()


def waiting(many: int) -> list[Task]:
    """So many requests of the first school that wait for the decision."""
    tasks = []
    for _ in range(many):
        walk = begin("ilze.piemere", FIRST_SCHOOL)
        walk.to_decision(**next(NEWCOMERS))
        tasks.append(walk.task("decide"))
    return tasks


def seen(someone, name=""):
    """axe and the width, at a desk and on a phone."""
    for label, viewport in (("desk", DESK), ("phone", PHONE)):
        someone.page.set_viewport_size(viewport)
        if SHOTS:
            someone.page.screenshot(path=f"{SHOTS}/{name}-{label}.png", full_page=True)
        check(someone)
    someone.page.set_viewport_size(DESK)


def test_an_officer_decides_two_of_three_ticked_tasks(person):
    tasks = waiting(3)
    claim_task(tasks[0].public_id, user=actor("anna.paraudzina"))
    officer = person("karlis.paraugs")
    officer.go(reverse("inbox"))
    page = officer.page

    page.get_by_label("Atlasīt visus šīs lapas uzdevumus").check()
    assert "Atlasīti" in page.locator("[data-picked]").inner_text()
    seen(officer, "picked")
    page.get_by_label("Atlasīt visus šīs lapas uzdevumus").uncheck()
    for task in tasks[1:]:
        page.locator(f'input[value="{task.public_id}"]').check()
    assert re.match(r"Atlasīti 2 no \d+", page.locator("[data-picked]").inner_text())
    officer.press("Pieņemt lēmumu")
    page.get_by_label("Atteikt").check()
    officer.press("Turpināt")
    page.locator(".govuk-error-summary").wait_for()
    seen(officer, "asked")
    page.get_by_label("Pamatojums").fill("Nav pamata, jo lietotājs tur nestrādā.")
    officer.press("Turpināt")
    page.get_by_role("button", name="Izlemt 2 uzdevumus").wait_for()
    claim_task(tasks[1].public_id, user=actor("anna.paraudzina"))
    seen(officer, "check")
    officer.press("Izlemt 2 uzdevumus")
    page.get_by_text("Veikti 0 no 2 atlasītajiem uzdevumiem").wait_for()
    seen(officer, "running")

    jobs.run_due("test", until_empty=True)
    page.get_by_text("1 uzdevums paveikts, 1 nav paveikts.").wait_for()

    seen(officer, "result")
    assert Task.objects.get(pk=tasks[2].pk).status == "completed"
    assert Task.objects.get(pk=tasks[1].pk).status == "open"
