"""What a screen reader says on the pages of each role, word for word, beside what it said before.

VIIS_WRITE_TRANSCRIPTS=1 writes the transcripts afresh; what changed is then read in the difference.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import DESK, Guest
from tests.browser.pages import ADMINISTRATOR, AUDITOR, FOUNDER, LOOKS, NOBODY, OFFICER, REGISTRAR
from tests.browser.stages import HEAD, Stages

TRANSCRIPTS = Path(__file__).parent / "transcripts"
ROLES = {
    "visitor": NOBODY,
    "head": HEAD,
    "founder": FOUNDER,
    "officer": OFFICER,
    "administrator": ADMINISTRATOR,
    "auditor": AUDITOR,
    "registrar": REGISTRAR,
}
# What no two runs share: ids, secrets, sizes, the minute, places in a list, lines of code, numbers of rows.
CHANGING = (
    (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "‹id›"),
    (re.compile(r"(?<=/)(saite|aktivizet)/[\w-]{20,}"), r"\1/‹secret›"),
    (re.compile(r"\b\d+(,\d)? (kB|KB|MB|B)\b"), "‹size›"),
    (re.compile(r"\b\d{1,2}[.:]\d\d(?=\b(?!\.\d))"), "‹time›"),
    (re.compile(r"[0-9a-f]{12,64}"), "‹digest›"),
    (re.compile(r"(?<=\.py:)\d+"), "‹line›"),
    (re.compile(r"(?<=[?&]cursor=)[\w-]+"), "‹place›"),
    (re.compile(r'(?<=definition: )"\d{2,}"'), "‹number›"),
)


@pytest.fixture(scope="module")
def stages(on_second_of_march: None) -> Stages:
    return Stages().reached()


@pytest.fixture(autouse=True)
def _no_mail_of_a_demonstration(settings: Any, tmp_path: Path) -> None:
    """What a demonstration in this folder has sent is none of these pages'."""
    settings.EMAIL_FILE_PATH = tmp_path


@pytest.mark.parametrize("role", ROLES)
def test_a_screen_reader_says_what_it_said(role: str, stages: Stages, guests: Callable[[str], Guest]) -> None:
    someone = guests(ROLES[role])
    someone.page.set_viewport_size(DESK)
    file = TRANSCRIPTS / f"{role}.txt"

    said = "\n".join(
        _said(someone, look.name, look.address(stages), whole=at == 0)
        for at, look in enumerate(look for look in LOOKS if look.who == ROLES[role])
    )

    if os.environ.get("VIIS_WRITE_TRANSCRIPTS"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(said, encoding="utf-8")
    assert said == file.read_text(encoding="utf-8")


def _said(someone: Guest, name: str, address: str, *, whole: bool) -> str:
    """The page's title and content; of the first page also what stands around the content."""
    someone.go(address)
    waiting = someone.page.locator("[data-diagram]:not([data-ready])")
    waiting.first.wait_for(state="detached")
    text = f"{someone.page.title()}\n{someone.page.locator('body' if whole else 'main').aria_snapshot()}"
    for pattern, word in CHANGING:
        text = pattern.sub(word, text)
    return f"== {name}\n{text}\n"
