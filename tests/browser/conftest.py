"""A Chromium, a live server with the invented people, and what every page must show of itself."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.management import call_command
from django.db import connection
from pytest_django.live_server_helper import LiveServer

from accounts.seed import FIRST_SCHOOL
from cases import deadlines
from config.launcher import chromium as installed
from engine import clock
from registries.models import Organisation, Person
from registries.queries import employees
from tests.plugins.database import as_owner

# Playwright runs an event loop in this thread, in which Django otherwise refuses to use the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

AXE = (Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js").read_text()
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PASSWORD = "paraugs-parole-2026"
# A refused form is an answer of the server, which Chromium calls a failed load.
EXPECTED = "the server responded with a status of"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs Chromium."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(autouse=True)
def _only_deadlines_of_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The site shows what processes declare, not what tests of other folders do."""
    for name in ("request_decision", "campaign"):
        monkeypatch.delitem(deadlines._declared, name, raising=False)


@pytest.fixture(scope="session")
def browser(site: str) -> Iterator[Any]:
    """Chromium, started after the site: inside its event loop Django opens connections of their own."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # Root may not use Chromium's sandbox.
        found = playwright.chromium.launch(executable_path=installed.find(), args=["--no-sandbox"])
        yield found
        found.close()
        # Nobody would find it again once the loop has ended.
        connection.close()


@pytest.fixture(scope="session")
def site(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The address of a live server on a seeded database; the tables are emptied afterwards."""
    with django_db_blocker.unblock():
        fill()
        server = LiveServer("127.0.0.1")
        yield server.url
        server.stop()
        _end_other_sessions()
        empty()


def fill() -> None:
    """The invented people, and every process deployed."""
    from accounts.seed import seed
    from cases import calendar
    from engine import catalog

    # What the process remembers is of the tests before.
    calendar.forget()
    before = getattr(settings, "SEED_ALLOWED", False)
    settings.SEED_ALLOWED = True
    seed(now=clock.now())
    settings.SEED_ALLOWED = before
    catalog.forget()
    catalog.deploy_all(settings.PROCESSES_DIR)


def empty() -> None:
    """No row is left."""
    from engine import catalog

    call_command("flush", interactive=False, verbosity=0, reset_sequences=False)
    catalog.forget()


@pytest.fixture(scope="module")
def on_second_of_march(site: str, browser: Any) -> Iterator[None]:
    """A site on which nobody has done anything yet, on Monday 2 March 2026 at nine in Riga."""
    there = datetime(2026, 3, 2, 7, tzinfo=UTC)
    empty()
    clock.set_offset(there - datetime.now(UTC))
    fill()
    yield
    empty()
    fill()


def _end_other_sessions() -> None:
    """Threads of the server may still hold connections, with which the database could not be dropped."""
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
    with as_owner() as cursor:
        cursor.execute(f"{others} AND usename = current_user AND pid <> pg_backend_pid()")


@dataclass
class Guest:
    """Somebody at a browser; what their console complains of is kept."""

    page: Any
    site: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _heard(self, message: Any) -> None:
        if message.type in ("error", "warning") and EXPECTED not in message.text:
            self.complaints.append(message.text)

    def go(self, path: str) -> Any:
        return self.page.goto(self.site + path)

    def sign_in(self, username: str) -> None:
        self.go("/pieslegties/")
        self.page.get_by_label("Lietotājvārds").fill(username)
        self.page.get_by_label("Parole", exact=True).fill(PASSWORD)
        self.page.get_by_role("main").get_by_role("button", name="Pieslēgties").click()
        self.page.get_by_role("button", name="Iziet").wait_for()

    def press(self, name: str) -> None:
        self.page.get_by_role("main").get_by_role("button", name=name, exact=True).click()

    def violations(self) -> list[str]:
        """What axe finds on this page, one line each."""
        self.page.evaluate(AXE)
        found = self.page.evaluate(
            "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES
        )
        return [
            f"{one['id']}: {one['help']} {[node['target'] for node in one['nodes']][:3]}"
            for one in found["violations"]
        ]

    def speak(self, language: str) -> None:
        """From the next page on in this language, as if it had been chosen on this device."""
        cookie = {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": self.site}
        self.page.context.add_cookies([cookie])

    def is_wider_than_screen(self) -> bool:
        return bool(self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


@pytest.fixture
def person(browser: Any, site: str) -> Iterator[Callable[..., Guest]]:
    """Opens a browser for somebody, at a desk unless told otherwise."""
    contexts = []
    people: list[Guest] = []

    def open_browser(username: str = "", viewport: dict[str, int] = DESK, *, scripts: bool = True) -> Guest:
        context = browser.new_context(viewport=viewport, locale="lv-LV", java_script_enabled=scripts)
        contexts.append(context)
        someone = Guest(context.new_page(), site)
        someone.page.set_default_timeout(20_000)
        people.append(someone)
        if username:
            someone.sign_in(username)
        return someone

    yield open_browser
    for context in contexts:
        context.close()
    assert [complaint for someone in people for complaint in someone.complaints] == []


@pytest.fixture(scope="module")
def guests(browser: Any, site: str) -> Iterator[Callable[[str], Guest]]:
    """Somebody who stays signed in for all that only looks at pages."""
    staying: dict[str, Guest] = {}

    def found(username: str) -> Guest:
        if username not in staying:
            context = browser.new_context(viewport=DESK, locale="lv-LV")
            staying[username] = Guest(context.new_page(), site)
            if username:
                staying[username].sign_in(username)
        staying[username].complaints.clear()
        return staying[username]

    yield found
    for guest in staying.values():
        guest.page.context.close()


@pytest.fixture
def newcomer(site: str) -> Person:
    """An employee of the head's school who cannot sign in, and for whom nobody has asked for access."""
    school = Organisation.objects.get(name=FIRST_SCHOOL)
    staff = employees(school, clock.now().date()).filter(person__user=None, person__cases=None)
    return next(row.person for row in staff if str(row.person) != "Jānis Paraugs")


@pytest.fixture(autouse=True)
def _own_mail() -> None:
    mail.outbox = []
