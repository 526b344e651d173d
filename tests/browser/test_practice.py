"""A newcomer practises in the demo: an incident is mended, and cases go over to the second version."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

import processes.bpmn
from engine import catalog, handlers, jobs
from processes.apps import discover
from tests.browser.conftest import Guest, empty, fill
from tests.browser.test_many import seen

FOLDER = Path(settings.BASE_DIR) / "processes" / "demonstration"
UNA = "una.vadiba"


@pytest.fixture
def practice(site: str, monkeypatch: Any, tmp_path: Path) -> Iterator[None]:
    """The site as the demo has it, with the processes to practise on."""
    monkeypatch.setattr(settings, "DEMONSTRATION_PROCESSES_DIR", FOLDER)
    monkeypatch.setattr(settings, "VAR_DIR", tmp_path)
    known, path = dict(handlers._handlers), list(processes.bpmn.__path__)
    discover(FOLDER)
    catalog.deploy_all(FOLDER)
    yield
    handlers._handlers.clear()
    handlers._handlers.update(known)
    processes.bpmn.__path__[:] = path
    for name in [name for name in sys.modules if name.startswith("processes.bpmn.sample_")]:
        del sys.modules[name]
    empty()
    fill()


def run() -> None:
    jobs.run_due("test", until_empty=True)


def test_an_incident_is_mended_and_cases_go_to_the_second_version(
    guests: Callable[[str], Guest], practice: None
) -> None:
    una = guests(UNA)
    una.go(reverse("demo_practice"))
    una.page.get_by_role("button", name="Sākt trīs parauga lietas").click()
    run()
    seen(una, "practice-1-begun")

    una.go(reverse("jobs"))
    una.page.get_by_role("link", name="Automātiskais uzdevums neizdevās nevienā mēģinājumā.").first.click()
    una.page.get_by_role("link", name="mainiet mainīgos").click()
    una.page.get_by_label("Mainīt mainīgos").check()
    una.page.get_by_label("place", exact=True).fill("zale")
    una.page.get_by_role("button", name="Skatīt, kas notiktu").click()
    una.page.get_by_label("Pamatojums").fill("Pagalma kalendārā nav.")
    una.page.get_by_role("button", name="Darīt tagad").click()
    una.page.get_by_role("button", name="Mēģināt vēlreiz tūlīt").click()
    assert una.page.get_by_text("Šoreiz izdevās; incidents ir novērsts.").is_visible()
    una.page.get_by_role("link", name="VIIS-PAS-").click()
    assert una.page.get_by_text("Sagatavot telpu").first.is_visible()
    seen(una, "practice-2-called")

    una.go(reverse("demo_practice"))
    una.page.get_by_role("button", name="Ieviest otro versiju").click()
    una.go(reverse("process_migrate", args=["sample_event"]))
    assert una.page.get_by_role("link", name="VIIS-PAS-").count() == 3
    seen(una, "practice-3-dry-run")
    una.page.get_by_label("Pamatojums").fill("Jauna kārtība.")
    una.page.get_by_role("button", name="Pārcelt lietas").click()
    run()
    una.page.get_by_text("3 lietas – izdevās: 3.").wait_for()
    assert una.complaints == []
