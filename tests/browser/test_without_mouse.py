"""Each role does its job with the keyboard alone; where the focus is can be seen at every stop."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from engine.models import Task
from tests.browser.conftest import PHONE, Guest
from tests.browser.pages import ADMINISTRATOR, AUDITOR, OFFICER
from tests.browser.stages import HEAD, Stages

MOST_STOPS = 150
# What has the focus: its words, and whether one sees it there.
FOCUS = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const label = one.labels && one.labels.length ? one.labels[0].innerText : '';
  const style = getComputedStyle(one);
  const near = one.labels && one.labels.length ? getComputedStyle(one.labels[0], '::before') : style;
  const seen = [style, near].some(found => found.outlineStyle !== 'none' || found.boxShadow !== 'none');
  const box = one.getBoundingClientRect();
  return {
    words: (one.getAttribute('aria-label') || label || one.innerText || one.value || '').trim(),
    seen: seen && box.width > 0 && box.height > 0,
  };
}"""


@pytest.fixture(scope="module")
def stages(site: str) -> Stages:
    return Stages()


class Keys:
    """Somebody without a mouse."""

    def __init__(self, guest: Guest) -> None:
        self.guest = guest
        self.unseen: list[str] = []

    def press(self, key: str) -> None:
        self.guest.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.guest.page.keyboard.type(text)

    def to(self, words: str) -> Keys:
        """Tab until what has the focus begins so; radio buttons of a group are reached by arrows."""
        met = []
        for _ in range(MOST_STOPS):
            self.press("Tab")
            found = self.guest.page.evaluate(FOCUS)
            if found is None:
                continue
            met.append(found["words"])
            if not found["seen"]:
                self.unseen.append(found["words"])
            if found["words"].startswith(words):
                return self
        raise AssertionError(f"“{words}” is not reached; met {met[:40]}")

    def choose(self, words: str) -> None:
        """An option of the radio buttons that have the focus."""
        for _ in range(10):
            if words in self.guest.page.evaluate(FOCUS)["words"]:
                self.press("Space")
                return
            self.press("ArrowDown")
        raise AssertionError(f"no option “{words}”")

    def follow(self, words: str) -> None:
        """Go to a link or button and press it; the next page has come when its address or title has."""
        self.to(words)
        with self.guest.page.expect_event("domcontentloaded"):
            self.press("Enter")


@pytest.fixture
def keys(person: Callable[..., Guest]) -> Any:
    """Opens a browser for somebody without a mouse; at the end no stop was without a visible focus."""
    opened: list[Keys] = []

    def open_for(username: str) -> Keys:
        opened.append(Keys(person(username)))
        return opened[-1]

    yield open_for
    assert [words for one in opened for words in one.unseen] == []


def test_the_first_stop_skips_to_the_content(keys: Callable[[str], Keys]) -> None:
    head = keys(HEAD)
    head.guest.go("/")

    head.to("Pāriet uz saturu").press("Enter")

    assert head.guest.page.evaluate("document.activeElement.id") == "saturs"


def test_an_officer_decides(keys: Callable[[str], Keys], stages: Stages) -> None:
    walk, officer = stages.fresh_decision(), keys(OFFICER)
    officer.guest.go(f"/darbs/?q={walk.case.number}")

    officer.follow("Lemt par pieeju")
    officer.to("Apmierināt").choose("Apmierināt")
    officer.follow("Turpināt")
    officer.follow("Pieņemt lēmumu")

    officer.guest.page.get_by_role("status").filter(has_text=walk.case.number).wait_for()
    assert not Task.objects.filter(instance=walk.case.instance, element="decide", status="open").exists()


def test_a_head_answers_a_comment(keys: Callable[[str], Keys], stages: Stages) -> None:
    walk, head = stages.returned, keys(HEAD)
    head.guest.go(reverse("task", args=[walk.task("correct").public_id]))

    head.to("Pamatojums")
    head.type(" Papildināts pēc lūguma.")
    head.follow("Turpināt")
    head.follow("Sūtīt")

    head.guest.page.get_by_role("heading", name="Jūsu atbildes ir nosūtītas").wait_for()
    assert "correct" not in walk.open


def test_an_administrator_tries_a_failed_job_again(keys: Callable[[str], Keys], stages: Stages) -> None:
    incident, administrator = stages.incident, keys(ADMINISTRATOR)
    administrator.guest.go(reverse("incident", args=[incident.public_id]))

    administrator.follow("Mēģināt vēlreiz")

    administrator.guest.page.get_by_role("alert").filter(has_text="Atkal neizdevās").wait_for()


def test_an_auditor_reads_a_case_from_the_list(keys: Callable[[str], Keys], stages: Stages) -> None:
    walk, auditor = stages.granted, keys(AUDITOR)
    auditor.guest.go(f"/lietas/?q={walk.case.number}")

    auditor.follow("Pieejas tiesības")
    auditor.follow("Dokumenti")

    assert auditor.guest.page.get_by_role("heading", level=1).first.is_visible()
    assert auditor.guest.page.url.endswith(reverse("case_documents", args=[walk.case.public_id]))


def test_the_drawing_of_a_process_is_moved_enlarged_and_left_by_keys(person: Callable[..., Guest]) -> None:
    reader = person("karlis.paraugs", PHONE)
    reader.go("/procesi/access_request/")
    drawing = reader.page.locator("[data-diagram][data-ready]")
    drawing.wait_for()
    begun = _seen(reader)

    drawing.focus()
    reader.page.keyboard.press("ArrowRight")
    moved = _seen(reader)
    reader.page.keyboard.press("+")
    nearer = _seen(reader)
    reader.page.get_by_role("button", name="Pa visu ekrānu").press("Enter")
    large = reader.page.get_by_role("dialog", name="Procesa zīmējums")
    large.get_by_role("button", name="Viss").press("Enter")
    whole = _seen(reader)
    wrong = reader.violations()
    reader.page.keyboard.press("Escape")

    assert moved[1] == pytest.approx(begun[1] - 80)
    assert nearer[0] == pytest.approx(begun[0] * 1.3)
    assert whole[0] < begun[0]
    assert wrong == []
    assert large.count() == 0
    assert reader.page.evaluate("document.activeElement.textContent") == "Pa visu ekrānu"


def _seen(reader: Guest) -> tuple[float, float]:
    """How large the drawing is shown, and where its left edge lies."""
    matrix = reader.page.locator(".viewport").get_attribute("transform") or ""
    scale, *_rest, left, _top = (float(number) for number in re.findall(r"-?[\d.]+(?:e-?\d+)?", matrix))
    return scale, left
