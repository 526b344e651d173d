"""Letters: the same bytes for the same values, and people's words come back as words."""

import io
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from hashlib import sha256

import pypdfium2
import pytest
from pypdf import PdfReader

from cases.pdf import Facts, Heading, Letter, Table, Text, from_json, render, settled, to_json
from cases.pdf.settling import REPLACED_NOTE, SHORTENED_NOTE
from cases.pdf.texts import LONGEST
from config.launcher.errors import ROOT
from processes.bpmn.access_request.documents import certificate, decision_letter
from tests.documents.letters import CERTIFICATE, DECISION, letters, squeezed, text_of


@pytest.mark.parametrize(
    "outcome", ["granted", "granted_in_part", "changed", "changed_in_part", "revoked", "refused"]
)
def test_every_outcome_has_its_words_and_the_same_bytes_each_time(outcome):
    kind = "revoke" if outcome == "revoked" else "change" if outcome.startswith("changed") else "grant"
    roles = () if outcome in ("revoked", "refused") else ("Iestādes lietotājs",)
    letter = replace(DECISION, outcome=outcome, kind=kind, roles=roles, reasons="Pamatots ar faktiem.")

    first = render(decision_letter(letter))

    assert render(decision_letter(letter)) == first
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


def test_what_was_asked_and_what_is_given_both_have_their_last_day():
    part = {"outcome": "granted_in_part", "valid_until": date(2027, 1, 31)}

    text = text_of(render(decision_letter(replace(DECISION, **part))))
    endless = text_of(render(decision_letter(replace(DECISION, until_asked=None, **part))))

    assert squeezed("Lūgtais termiņš līdz 31.08.2027.") in squeezed(text)
    assert "Pieeja ir spēkā līdz 31.01.2027." in text
    assert squeezed("Lūgtais termiņš uz nenoteiktu laiku") in squeezed(endless)


@pytest.mark.parametrize(
    ("roles", "words"),
    [
        (("Iestādes lietotājs",), "ar lomu: Iestādes lietotājs."),
        (("Iestādes lietotājs", "Iestādes vadītājs"), "ar lomām: Iestādes lietotājs, Iestādes vadītājs."),
    ],
)
def test_one_role_is_one_and_two_are_two(roles, words):
    text = text_of(render(decision_letter(replace(DECISION, roles=roles))))

    assert squeezed(words) in squeezed(text)


def test_no_law_is_named_that_nobody_set():
    text = text_of(render(decision_letter(DECISION)))

    assert "Tiesisko pamatu nosaka ministrija." in text
    assert "Kārtību, kādā šo lēmumu var apstrīdēt, nosaka ministrija." in text


@pytest.mark.parametrize(
    ("employed", "declared", "words"),
    [
        (True, False, "lietotājs ir ierakstīts iestādes reģistros"),
        (False, True, "lietotāju kā darbinieku pieteicis vadītājs"),
        (False, False, "lietotājs iestādē vairs nestrādā"),
    ],
)
def test_the_letter_says_of_the_user_what_the_registers_said(employed, declared, words):
    text = text_of(render(decision_letter(replace(DECISION, is_employed=employed, is_declared=declared))))

    assert squeezed(words) in squeezed(text)


def test_who_has_no_registration_number_gets_no_empty_one():
    text = text_of(render(decision_letter(replace(DECISION, registration_number=""))))

    assert "Reģ. Nr." not in text


def test_the_founders_answer_is_among_the_facts_whichever_it_was():
    agreed = text_of(render(decision_letter(replace(DECISION, founder_on=date(2026, 5, 4)))))
    against = text_of(render(decision_letter(replace(DECISION, founder_against_on=date(2026, 5, 4)))))

    assert "saņemta 2026. gada 4. maijā" in agreed
    assert "nepiekrita 2026. gada 4. maijā" in against


def test_markup_is_only_words(tmp_path):
    words = "</b><font size=90>A</font> <img src='/etc/passwd'/> &amp; <a href='x'>B</a> <br/>"

    content = render(decision_letter(replace(DECISION, request_reason=words)))

    assert squeezed(words) in squeezed(text_of(content))
    assert not any(page.images for page in PdfReader(io.BytesIO(content)).pages)


@pytest.mark.parametrize("name", letters())
def test_a_letter_is_kept_and_drawn_again_to_the_same_bytes(name):
    letter = letters()[name]

    kept = to_json(settled(letter))

    assert render(from_json(kept)) == render(letter)
    assert settled(settled(letter)) == settled(letter)


def test_another_process_in_another_place_and_order_draws_the_same_bytes():
    program = (
        "import django; django.setup()\n"
        "from hashlib import sha256\n"
        "from cases.pdf import render\n"
        "from tests.documents.letters import letters\n"
        "made = sorted(letters().items(), reverse=True)\n"
        "for name, one in made: print(name, sha256(render(one)).hexdigest())"
    )
    settings = {"DJANGO_SETTINGS_MODULE": "config.settings.test", "VIIS_NO_BOOTSTRAP": "1"}
    said = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        cwd=ROOT,
        env={**os.environ, **settings, "PYTHONHASHSEED": "1", "TZ": "Pacific/Auckland"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert dict(line.split() for line in said.splitlines()) == {
        name: sha256(render(one)).hexdigest() for name, one in letters().items()
    }


@pytest.mark.parametrize("name", letters())
def test_the_file_says_what_it_is_in_which_language_by_whom_and_of_which_day(name):
    letter = letters()[name]

    reader = PdfReader(io.BytesIO(render(letter)))

    assert reader.metadata.title == f"{letter.title}, {letter.number}"
    assert reader.metadata.author == letter.sender
    assert reader.metadata.creation_date.date() == date.fromisoformat(letter.made_on)
    assert reader.trailer["/Root"]["/Lang"] == "lv"
    assert reader.trailer["/Root"]["/ViewerPreferences"]["/DisplayDocTitle"]
    assert not any(page.images for page in reader.pages)


def test_what_the_letters_cannot_show_is_replaced_in_sight_and_told():
    letter = settled(decision_letter(replace(DECISION, request_reason="Sveiki 😀 שלום!")))

    text = text_of(render(letter))

    assert "Sveiki � ����!" in text
    assert letter.notes[-1] == REPLACED_NOTE
    assert squeezed(REPLACED_NOTE) in squeezed(text)


def test_what_is_cut_off_ends_in_an_ellipsis_and_is_told():
    letter = settled(decision_letter(replace(DECISION, request_reason="vārds, " * 1000)))

    assert letter.notes[-1] == SHORTENED_NOTE
    facts = dict(row for block in letter.blocks if isinstance(block, Facts) for row in block.rows)
    assert len(facts["Iesnieguma pamatojums"]) <= LONGEST
    assert facts["Iesnieguma pamatojums"].endswith("…")


def test_a_long_text_goes_on_on_the_next_page_and_every_page_says_which_it_is():
    content = render(decision_letter(replace(DECISION, request_reason="Ievada datus. " * 130)))

    pages = [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]

    assert len(pages) == 2
    assert [f"{at}. lapa no 2" in text for at, text in enumerate(pages, start=1)] == [True, True]


def test_a_heading_never_stands_alone_at_the_end_of_a_page():
    for lines in range(30, 45):
        blocks = (
            Text("\n".join(f"rinda {at}" for at in range(lines))),
            Heading("VIRSRAKSTS"),
            Text("Teksts. " * 40),
        )
        pages = PdfReader(io.BytesIO(render(Letter("A", (), "B", "C", (), "D", blocks)))).pages
        for page in pages:
            text = page.extract_text()
            assert ("VIRSRAKSTS" in text) <= ("Teksts." in text.partition("VIRSRAKSTS")[2]), lines


def test_a_signature_never_stands_alone_on_a_page_nor_without_its_notes():
    for lines in range(24, 45):
        blocks = (Text("\n".join(f"rinda {at}" for at in range(lines))), Heading("BEIGAS"), Text("Teksts."))
        letter = Letter(
            "A", (), "B", "C", (), "D", blocks, signed_by=("Amatpersona", "VĀRDS"), notes=("PIEZĪME",)
        )
        pages = [page.extract_text() for page in PdfReader(io.BytesIO(render(letter))).pages]
        last = [word in pages[-1] for word in ("BEIGAS", "Teksts.", "VĀRDS", "PIEZĪME")]
        assert last == [True] * 4, lines


def test_the_head_of_a_table_is_repeated_on_every_page():
    rows = tuple((f"Loma {at}", "01.01.2026.", "bez termiņa") for at in range(100))
    table = Table("Lomas", ("Loma", "No", "Līdz"), rows)

    pages = PdfReader(io.BytesIO(render(Letter("A", (), "B", "C", (), "D", (table,))))).pages

    assert len(pages) == 4
    assert all("Līdz" in page.extract_text() for page in pages)


def test_another_reader_of_files_sees_the_same_words():
    for name, letter in letters().items():
        pages = pypdfium2.PdfDocument(render(letter))
        seen = squeezed("".join(page.get_textpage().get_text_range() for page in pages))

        assert squeezed(letter.title) in seen, name
        assert squeezed(letter.number) in seen, name


def test_the_certificate_names_each_role_its_days_and_its_decision():
    text = text_of(render(certificate(CERTIFICATE)))

    assert "Iestādes lietotājs" in text
    for words in ("05.05.2026.", "31.08.2027.", "VIIS-PIE-2026-0001", "bez termiņa", "nav norādīts"):
        assert words in text
