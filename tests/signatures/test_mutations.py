"""Three hundred ways to spoil a signed file, and the clever ones: none is shown as valid."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field
from pypdf import PdfReader, PdfWriter

from cases.signatures.results import Expected

from .conftest import CODE, OTHER, OTHERS, PAPER, letter, outcome, signed

EACH = 25
HIS = Expected(PAPER, frozenset({CODE}))
WHOLE = signed()
TWICE = signed(WHOLE, OTHER)
ANOTHER = signed(letter("Atļauju visu."))
RANGE = re.compile(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)")
Mutation = Callable[[random.Random], bytes]
MUTATIONS: list[Mutation] = []


def mutation(made: Mutation) -> Mutation:
    MUTATIONS.append(made)
    return made


def gap(content: bytes) -> tuple[int, int]:
    """Where the signature's own bytes begin and end."""
    found = RANGE.search(content)
    assert found
    return int(found[2]), int(found[3])


def flipped(content: bytes, places: range, chance: random.Random, times: int = 1) -> bytes:
    changed = bytearray(content)
    for at in {chance.choice(places) for _ in range(times)}:
        changed[at] ^= 1 << chance.randrange(8)
    return bytes(changed)


@mutation
def byte_of_the_paper(chance: random.Random) -> bytes:
    return flipped(WHOLE, range(len(PAPER)), chance)


@mutation
def byte_after_the_paper(chance: random.Random) -> bytes:
    begins, ends = gap(WHOLE)
    return flipped(WHOLE, chance.choice([range(len(PAPER), begins), range(ends, len(WHOLE))]), chance)


@mutation
def byte_of_the_signature(chance: random.Random) -> bytes:
    begins, _ends = gap(WHOLE)
    return flipped(WHOLE, range(begins, begins + 4200), chance, chance.randint(1, 3))


@mutation
def byte_of_the_room_behind_the_signature(chance: random.Random) -> bytes:
    _begins, ends = gap(WHOLE)
    return flipped(WHOLE, range(ends - 4000, ends), chance)


@mutation
def bytes_at_the_end(chance: random.Random) -> bytes:
    return WHOLE + bytes(chance.choices(b" \n%EOFstartxref0123456789\0", k=chance.randint(1, 60)))


@mutation
def bytes_in_front(chance: random.Random) -> bytes:
    return bytes(chance.choices(b" \n%abc\0", k=chance.randint(1, 30))) + WHOLE


@mutation
def cut_off(chance: random.Random) -> bytes:
    return WHOLE[: chance.randrange(len(PAPER) - 100, len(WHOLE))]


@mutation
def piece_taken_out(chance: random.Random) -> bytes:
    at, length = chance.randrange(len(WHOLE)), chance.randint(1, 300)
    return WHOLE[:at] + WHOLE[at + length :]


@mutation
def other_byte_range(chance: random.Random) -> bytes:
    found = RANGE.search(WHOLE)
    assert found
    which = chance.randint(1, 4)
    number = int(found[which]) + chance.choice([-2, -1, 1, 2, 100])
    other = str(max(number, 0)).encode().ljust(len(found[which]))[: len(found[which])]
    at = found.start(which)
    return WHOLE[:at] + other + WHOLE[at + len(other) :]


@mutation
def signature_of_another_file(chance: random.Random) -> bytes:
    begins, ends = gap(WHOLE)
    other_begins, other_ends = gap(chance.choice([ANOTHER, signed(by=OTHER)]))
    donor = ANOTHER[other_begins:other_ends]
    return WHOLE[:begins] + donor + WHOLE[ends:]


@mutation
def page_changed_after_signing(chance: random.Random) -> bytes:
    return updated(chance.choice([WHOLE, TWICE]), chance)


@mutation
def page_changed_before_signing(chance: random.Random) -> bytes:
    """The shadow attack: the paper's bytes are all there, under an update that shows something else."""
    return signed(updated(PAPER, chance))


@mutation
def signed_by_somebody_else(chance: random.Random) -> bytes:
    theirs = OTHERS.signer(given="Jānis", family="Paraugs", code="010190-12345")
    return chance.choice([signed(by=OTHER), signed(by=theirs, authority=OTHERS), ANOTHER])


@mutation
def signature_taken_away(chance: random.Random) -> bytes:
    writer, target = PdfWriter(clone_from=PdfReader(io.BytesIO(WHOLE))), io.BytesIO()
    if chance.random() < 0.5:
        del writer._root_object["/AcroForm"]
    writer.write(target)
    return target.getvalue()


def updated(content: bytes, chance: random.Random) -> bytes:
    """The file with an incremental update that changes what people see."""
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    text = f"BT /F1 40 Tf 50 {chance.randint(300, 700)} Td (Cits teksts) Tj ET".encode()
    how = chance.randrange(4)
    if how == 0:
        page[pdf_name("/Contents")] = writer.add_object(generic.StreamObject(stream_data=text))
    elif how == 1:
        box = generic.ArrayObject(map(generic.NumberObject, (0, 0, 595, 842)))
        note = {"/Type": pdf_name("/Annot"), "/Subtype": pdf_name("/Square"), "/Rect": box}
        made = generic.DictionaryObject({pdf_name(key): value for key, value in note.items()})
        held = list(list.__iter__(page["/Annots"])) if "/Annots" in page else []
        page[pdf_name("/Annots")] = generic.ArrayObject([*held, writer.add_object(made)])
    elif how == 2:
        page[pdf_name("/Rotate")] = generic.NumberObject(90)
    else:
        page[pdf_name("/CropBox")] = generic.ArrayObject(map(generic.NumberObject, (0, 0, 90, 90)))
    writer.update_container(page)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def test_the_file_that_is_spoilt_is_valid_itself(trusted: Path) -> None:
    assert outcome(WHOLE, HIS) == ("TOTAL_PASSED", "valid")
    assert outcome(TWICE, HIS) == ("TOTAL_PASSED", "valid")


def test_there_are_three_hundred_of_them() -> None:
    assert len(MUTATIONS) * 22 >= 300


@pytest.mark.parametrize("made", MUTATIONS, ids=lambda made: made.__name__)
def test_no_spoilt_file_is_shown_as_valid(trusted: Path, made: Mutation) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)

    spoilt = [made(chance) for _ in range(EACH + 5)]
    found = [outcome(content, HIS) for content in spoilt if content != WHOLE][:EACH]

    assert len(found) >= 22
    assert [one for one in found if one[0] == "TOTAL_PASSED"] == []
    allowed = {"additions"} if made in (bytes_at_the_end,) else set()
    assert {code for indication, code in found if indication != "TOTAL_FAILED"} <= allowed


@pytest.mark.parametrize(
    ("box", "expected"),
    [((0, 0, 595, 842), ("INDETERMINATE", "covering")), ((400, 60, 560, 110), ("TOTAL_PASSED", "valid"))],
)
def test_a_picture_of_a_signature_that_hides_the_page_leaves_it_open(
    trusted: Path, box: tuple[int, int, int, int], expected: tuple[str, str]
) -> None:
    writer, target = IncrementalPdfFileWriter(io.BytesIO(PAPER)), io.BytesIO()
    append_signature_field(writer, SigFieldSpec("Attēls", on_page=0, box=box))
    writer.write(target)

    assert outcome(signed(target.getvalue()), HIS) == expected
