"""Every page, in both languages: axe finds nothing, four times magnified it still fits, all has a name."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.conftest import DESK, PHONE, Guest
from tests.browser.pages import LOOKS, NO_PAGES, Look
from tests.browser.stages import Stages
from web.urls import urlpatterns

# What is left of a desk's screen of 1280 by 1024 when a page is magnified four times.
MAGNIFIED = {"width": 320, "height": 256}
VIEWPORTS = {"desk": DESK, "phone": PHONE, "magnified": MAGNIFIED}
PICTURES = os.environ.get("VIIS_PICTURES", "")

# What a screen reader needs from any page; an answer is what is wrong.
OUTLINE = """() => {
  const wrong = [];
  const visible = element => element.checkVisibility({visibilityProperty: true});
  const all = selector => [...document.querySelectorAll(selector)].filter(visible);
  if (all('h1').length !== 1) wrong.push(`${all('h1').length} headings of the first level`);
  for (const mark of ['header', 'main', 'footer'])
    if (all(`body > ${mark}, ${mark}`).length < 1) wrong.push(`no ${mark}`);
  let level = 0;
  for (const heading of all('h1,h2,h3,h4,h5,h6')) {
    const own = Number(heading.tagName[1]);
    if (level && own > level + 1) wrong.push(`from h${level} to h${own}: ${heading.innerText}`);
    level = own;
  }
  const seen = new Set();
  for (const one of document.querySelectorAll('[id]')) {
    if (seen.has(one.id)) wrong.push(`twice #${one.id}`);
    seen.add(one.id);
  }
  for (const one of all('main a[href], main button')) {
    const box = one.getBoundingClientRect();
    if (one.matches('button, .govuk-button') && (box.height < 24 || box.width < 24))
      wrong.push(`small: ${one.innerText}`);
  }
  return wrong;
}"""
# Links with the same words lead to the same place: a list of links is read without what is around it, but
# for a table, whose rows are read by their headers.
AMBIGUOUS = """() => {
  const places = new Map();
  for (const link of document.querySelectorAll('main a[href]')) {
    if (!link.checkVisibility() || link.closest('tr')) continue;
    const label = (link.getAttribute('aria-label') || link.innerText).replace(/\\s+/g, ' ').trim();
    const place = link.href.split('#')[0];
    if (!places.has(label)) places.set(label, new Set());
    if (!link.getAttribute('href').startsWith('#')) places.get(label).add(place);
  }
  return [...places].filter(([label, found]) => found.size > 1).map(([label]) => label);
}"""


def test_every_address_is_looked_at_or_shows_no_page() -> None:
    addresses = {pattern.name for pattern in urlpatterns}

    assert addresses - {look.page for look in LOOKS} - set(NO_PAGES) == set()
    assert (set(NO_PAGES) | {look.page for look in LOOKS}) - addresses == set()


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_a_page_serves_everybody(look: Look, guests: Callable[[str], Guest], stages: Stages) -> None:
    someone = guests(look.who)
    someone.page.set_viewport_size(DESK)

    someone.speak("lv")
    answer = someone.go(look.address(stages))
    assert answer.ok, f"{answer.status} at {answer.url}"
    wrong = someone.page.evaluate(OUTLINE) + [
        f"two places: {label}" for label in someone.page.evaluate(AMBIGUOUS)
    ]
    for name, viewport in VIEWPORTS.items():
        someone.page.set_viewport_size(viewport)
        wrong += [f"{name}: wider than the screen"] if someone.is_wider_than_screen() else []
        _picture(someone, f"{look.name}-lv-{name}")
        if name != "magnified":
            wrong += [f"{name}: {found}" for found in someone.violations()]
    someone.page.set_viewport_size(DESK)
    someone.speak("en")
    someone.page.reload()
    _picture(someone, f"{look.name}-en-desk")
    wrong += [f"English: {found}" for found in someone.violations()]
    someone.speak("lv")

    assert wrong == []


def _picture(someone: Guest, name: str) -> None:
    """Kept where VIIS_PICTURES says, for who wants to look."""
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        someone.page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


@pytest.fixture(scope="module")
def stages(site: str) -> Stages:
    return Stages().reached()
