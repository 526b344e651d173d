"""Two thousand generated texts in every slot of the letters come back as typed, on paper and page."""

from __future__ import annotations

import dataclasses
import io
import time
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.template.loader import render_to_string
from pypdf import PdfReader

from cases.pdf import Letter, from_json, render, settled, to_json
from cases.pdf.fonts import letters as drawable
from cases.pdf.rendering import LONGEST_FOOT
from cases.pdf.settling import SHORTENED_NOTE
from cases.pdf.texts import LONGEST_LINE, cut
from processes.bpmn.access_request import documents as papers
from tests.documents.letters import APPLICATION, CERTIFICATE, COMMITMENT, DECISION, EXTRACT
from tests.documents.texts import generated, read_as
from web.letters import shown

SEED = 20260504
# A letter takes some 20 ms; this only guards against one that hangs.
SECONDS = 10
# Shorter texts come back whole even from a slot that holds one line with words around them.
WHOLE = 200
# Words of ours that choose a sentence, and are no text that anybody typed.
CHOOSES = {"kind", "outcome"}
# What people write in many lines.
LONG = {"reason", "request_reason", "reasons", "certified", "commitments"}

Made = tuple[Any, Callable[[Any], Letter]]
MADE: dict[str, Made] = {
    "application": (APPLICATION, papers.application),
    "commitment": (COMMITMENT, papers.commitment),
    "decision": (dataclasses.replace(DECISION, reasons="Ir pamats."), papers.decision_letter),
    "certificate": (CERTIFICATE, papers.certificate),
    "extract": (EXTRACT, papers.register_extract),
}


def filled(
    value: Any, texts: Iterator[str], used: list[str], name: str = "", *, any_length: bool = False
) -> Any:
    """The same values with a generated text in every slot."""
    if isinstance(value, str):
        if name in CHOOSES:
            return value
        # Short ones may stand with others in one sentence, which is capped as a whole.
        used.append(next(text for text in texts if any_length or name in LONG or len(text) <= LONGEST_LINE))
        return used[-1]
    if isinstance(value, tuple):
        return tuple(filled(one, texts, used, name, any_length=any_length) for one in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
        changed = {one: filled(getattr(value, one), texts, used, one, any_length=any_length) for one in names}
        return dataclasses.replace(value, **changed)
    return value


class Words(HTMLParser):
    """The text of a page as it is read."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.tags: set[str] = set()
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 (the name is given)
        self.tags.add(tag)


def squeezed(text: str) -> str:
    return "".join(text.split())


def on_paper(content: bytes, letter: Letter) -> str:
    """The text of the file without the feet of its pages."""
    found = []
    pages = PdfReader(io.BytesIO(content)).pages
    for at, page in enumerate(pages, start=1):
        foot = squeezed(cut(letter.footer, LONGEST_FOOT)), squeezed(f"{at}. lapa no {len(pages)}")
        text = squeezed(page.extract_text())
        assert text.endswith(foot[1])
        found.append(text.removesuffix(foot[1]).removesuffix(foot[0]))
    return "".join(found)


def slots_of(letter: Letter) -> Iterator[str]:
    """Every text that the letter says, in the order in which it is read."""
    kept = to_json(letter)
    for name in ("sender", "sender_lines", "dated", "number", "addressee", "title", "blocks", "signed_by"):
        yield from _texts(kept[name])
    yield from letter.notes


def _texts(kept: Any) -> Iterator[str]:
    match kept:
        case str():
            yield kept
        case list():
            for one in kept:
                yield from _texts(one)
        case dict():
            for name, one in kept.items():
                if name not in ("block", "about"):
                    yield from _texts(one)


def in_order(texts: Iterator[str], text: str) -> str:
    """The first text that does not stand in `text` after the one before it; empty if all do."""
    at = 0
    for one in texts:
        wanted = squeezed(one)
        found = text.find(wanted, at)
        if found < 0:
            return one
        at = found + len(wanted)
    return ""


def check(made: Callable[[Any], Letter], values: Any, used: list[str]) -> None:
    started = time.perf_counter()
    letter = made(values)
    content = render(letter)
    assert time.perf_counter() - started < SECONDS
    assert render(made(values)) == content
    clean = settled(letter)
    assert from_json(to_json(clean)) == clean == settled(clean)
    paper = on_paper(content, clean)
    page = Words(render_to_string("parts/letter.html", shown(clean)))
    heard = squeezed("".join(page.said))

    assert in_order(slots_of(clean), paper) == ""
    assert in_order(slots_of(clean), heard) == ""
    for text in used:
        wanted = read_as(text, drawable())[:WHOLE]
        assert wanted in paper
        assert wanted in heard
    assert not page.tags & {"img", "a", "script", "font", "para", "b1"}


@pytest.mark.parametrize("name", MADE)
def test_an_endless_word_in_any_one_slot_costs_little_and_is_told(name: str) -> None:
    values, made = MADE[name]
    slots: list[str] = []
    filled(values, iter(lambda: "vārds", None), slots)
    for at in range(len(slots)):
        words = iter([*["vārds"] * at, "Ž" * 200_000, *["vārds"] * len(slots)])
        started = time.perf_counter()
        letter = settled(made(filled(values, words, [], any_length=True)))
        content = render(letter)

        assert time.perf_counter() - started < SECONDS
        assert "Ž" * WHOLE in on_paper(content, letter)
        assert SHORTENED_NOTE in letter.notes


@pytest.mark.parametrize(
    ("seed", "number"), [(SEED, 200), pytest.param(SEED + 1, 2_000, marks=pytest.mark.slow)]
)
def test_texts_come_back_from_paper_and_page(seed: int, number: int) -> None:
    texts, count = generated(seed), 0
    while count < number:
        for values, made in MADE.values():
            used: list[str] = []
            check(made, filled(values, texts, used), used)
            count += len(used)
