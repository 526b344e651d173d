"""Letters: the same bytes for the same values, and people's words come back as words."""

import io
import time
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from cases.pdf import Facts, Letter, Points, Text, render
from cases.pdf.texts import plain
from processes.bpmn.access_request.documents import DecisionLetter, decision_letter

LETTER = DecisionLetter(
    number="VIIS-PIE-2026-0001",
    decided_on=date(2026, 5, 5),
    submitted_on=date(2026, 5, 2),
    organisation="Egļkalnu pamatskola",
    registration_number="4219902694",
    head="Ilze Piemēre",
    person="Jānis Paraugs",
    position="Matemātikas skolotājs",
    is_employed=True,
    is_declared=False,
    kind="grant",
    outcome="granted",
    roles_asked=("Iestādes lietotājs", "Iestādes vadītājs"),
    roles=("Iestādes lietotājs", "Iestādes vadītājs"),
    valid_until=date(2027, 8, 31),
    request_reason="Ievada skolēnu datus.",
    reasons="",
    officer="Kārlis Paraugs",
)


def text_of(content):
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def squeezed(text):
    return "".join(text.split())


@pytest.mark.parametrize(
    "outcome", ["granted", "granted_in_part", "changed", "changed_in_part", "revoked", "refused"]
)
def test_every_outcome_has_its_words_and_the_same_bytes_each_time(outcome):
    kind = "revoke" if outcome == "revoked" else "change" if outcome.startswith("changed") else "grant"
    roles = () if outcome in ("revoked", "refused") else ("Iestādes lietotājs",)
    letter = replace(LETTER, outcome=outcome, kind=kind, roles=roles, reasons="Pamatots ar faktiem.")

    first = decision_letter(letter)

    assert decision_letter(letter) == first
    text = text_of(first)
    for words in (
        "VIIS-PIE-2026-0001",
        "2026. gada 5. maijā",
        "Jānis Paraugs",
        "Pamatots ar faktiem.",
        "Apstrīdēšana",
    ):
        assert words in text
    assert ("Nepiešķirt lomas: Iestādes vadītājs." in text) == outcome.endswith("_in_part")


def test_no_law_is_named_that_nobody_set():
    text = text_of(decision_letter(LETTER))

    assert "Tiesiskais pamats" not in text
    assert "nosaka ministrija" in text


@pytest.mark.parametrize(
    ("employed", "declared", "words"),
    [
        (True, False, "lietotājs ir ierakstīts iestādes reģistros"),
        (False, True, "lietotāju kā darbinieku pieteicis vadītājs"),
        (False, False, "lietotājs iestādē vairs nestrādā"),
    ],
)
def test_the_letter_says_of_the_user_what_the_registers_said(employed, declared, words):
    text = text_of(decision_letter(replace(LETTER, is_employed=employed, is_declared=declared)))

    assert squeezed(words) in squeezed(text)


def test_who_has_no_registration_number_gets_no_empty_one():
    text = text_of(decision_letter(replace(LETTER, registration_number="")))

    assert "Reģ. Nr." not in text


def test_the_founders_answer_is_among_the_facts_whichever_it_was():
    agreed = text_of(decision_letter(replace(LETTER, founder_on=date(2026, 5, 4))))
    against = text_of(decision_letter(replace(LETTER, founder_against_on=date(2026, 5, 4))))

    assert "saņemta 2026. gada 4. maijā" in agreed
    assert "nepiekrita 2026. gada 4. maijā" in against


def test_markup_is_only_words(tmp_path):
    words = "</b><font size=90>A</font> <img src='/etc/passwd'/> &amp; <a href='x'>B</a> <br/>"

    content = decision_letter(replace(LETTER, request_reason=words))

    assert squeezed(words) in squeezed(text_of(content))
    assert not any(page.images for page in PdfReader(io.BytesIO(content)).pages)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.characters(codec="utf-8", max_codepoint=0x24F), max_size=400))
def test_any_text_comes_back_as_it_was_typed(words):
    content = decision_letter(replace(LETTER, request_reason=words, reasons=words))

    assert squeezed(plain(words)) in squeezed(text_of(content))


def test_endless_words_cost_little_and_fill_a_bounded_number_of_pages():
    started = time.perf_counter()

    content = render(
        Letter("s" * 10_000, (), "", "n" * 10_000, ("a" * 10_000,), "t" * 10_000,
               (Text("w" * 200_000), Points(("p " * 100_000,)), Facts((("n" * 9_000, "f" * 200_000),)))),
    )  # fmt: skip

    assert time.perf_counter() - started < 3
    assert len(PdfReader(io.BytesIO(content)).pages) < 12
