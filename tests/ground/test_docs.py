"""What the documents name is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config.launcher.errors import ROOT

from .test_house import PACKAGES

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
PLACE = re.compile(
    rf"`((?:{'|'.join((*PACKAGES, 'docs', 'tests', 'benchmarks', 'requirements'))})/[\w./-]*)`"
)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_link_is_dead(document: Path) -> None:
    links = [link for link in LINK.findall(document.read_text()) if "://" not in link]

    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_place_in_the_tree_that_is_named_is_there(document: Path) -> None:
    named = PLACE.findall(document.read_text())

    assert [place for place in named if not (ROOT / place).exists()] == []


def test_every_decision_and_every_guide_can_be_reached_from_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    folders = {document.parent for document in DOCUMENTS} - {ROOT, ROOT / "docs"}
    single = [document for document in DOCUMENTS if document.parent in (ROOT / "docs", ROOT)]

    wanted = [str(path.relative_to(ROOT)) for path in (*folders, *single) if path.name != "README.md"]
    assert [place for place in wanted if f"]({place})" not in readme] == []


def test_the_readme_is_a_paragraph_a_picture_and_the_two_commands() -> None:
    parts = (ROOT / "README.md").read_text().split("\n\n")

    assert parts[0] == "# VIIS case management"
    assert not parts[1].startswith(("#", "!", "`", "-", "|"))
    assert parts[2].startswith("![")
    assert parts[3] == "```\npython3 manage.py demo\npython3 manage.py test\n```"
