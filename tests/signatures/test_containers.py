"""Containers are read strictly; their signatures stay open until somebody configures a validator."""

from __future__ import annotations

import random
import struct
import time
import zipfile

import pytest

from cases.signatures.containers import ContainerFault, NotValidated, read
from cases.signatures.results import Expected, Result
from cases.signatures.validation import validate

from .conftest import ENTRY, EXPECTED, MANIFEST, NOW, PAPER, SIGNATURES, container, digest

DOCTYPE = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>'


def manifest(entries: str, *, begins: str = "") -> str:
    told = MANIFEST.format(type="application/vnd.etsi.asic-e+zip", entries=entries)
    return told.replace("?>", f"?>{begins}", 1)


def link(archive: zipfile.ZipFile) -> None:
    entry = zipfile.ZipInfo("saite")
    entry.external_attr = 0o120777 << 16
    archive.writestr(entry, "/etc/passwd")


def twice(archive: zipfile.ZipFile) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("iesniegums.pdf", b"something else")


def entry_named(name: str):
    return lambda archive: archive.writestr(name, b"x")


def test_a_container_tells_what_it_holds() -> None:
    found = read(container({"a.pdf": PAPER, "b.txt": b"x"}))

    assert found.objects == {"a.pdf": digest(PAPER), "b.txt": digest(b"x")}
    assert found.signatures == 1


def test_its_signature_stays_open_if_the_paper_is_in_it() -> None:
    found = NotValidated().validate(container(), EXPECTED, now=NOW)

    assert found == Result("INDETERMINATE", "container")


def test_a_container_with_another_document_is_refused() -> None:
    found = NotValidated().validate(container({"cits.pdf": b"%PDF-"}), EXPECTED, now=NOW)

    assert found == Result("TOTAL_FAILED", "other_document")


def test_a_container_without_a_signature_is_not_signed() -> None:
    found = NotValidated().validate(container(signatures=None), EXPECTED, now=NOW)

    assert found == Result("TOTAL_FAILED", "not_signed")


class Accepts:
    """A validator that somebody configured."""

    def validate(self, content: bytes, expected: Expected, *, now: object) -> Result:
        assert digest(expected.paper) in read(content).objects.values(), now
        return Result("TOTAL_PASSED", "valid", signer_name="Jānis Paraugs")


def test_a_configured_validator_of_containers_is_asked(settings) -> None:
    asice = "application/vnd.etsi.asic-e+zip"
    settings.SIGNATURE_VALIDATORS = {asice: f"{__name__}.Accepts"}

    assert validate(asice, container(), EXPECTED, now=NOW).indication == "TOTAL_PASSED"
    with pytest.raises(LookupError):
        validate("application/pdf", container(), EXPECTED, now=NOW)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (container(mimetype="application/zip"), "file_mismatch"),
        (container(method=zipfile.ZIP_DEFLATED)[4:], "file_mismatch"),
        (b"x" + container(), "file_mismatch"),
        (container() + b"x", "file_damaged"),
        (container()[:-30], "file_damaged"),
        (container(signatures=None), "container_unsigned"),
        (container({}), "file_damaged"),
        (container(manifest=""), "file_damaged"),
        (container(manifest="<x/>"), "file_damaged"),
        (container(manifest=manifest("")), "file_damaged"),
        (container(manifest=manifest(ENTRY.format("iesniegums.pdf") * 2)), "file_damaged"),
        (container(manifest=manifest(ENTRY.format("cits.pdf"))), "file_damaged"),
        (
            container(manifest=manifest(ENTRY.format("iesniegums.pdf") + ENTRY.format("cits.pdf"))),
            "file_damaged",
        ),
        (container(manifest=manifest(ENTRY.format("iesniegums.pdf"), begins=DOCTYPE)), "file_damaged"),
        (container(signatures=DOCTYPE + SIGNATURES), "file_damaged"),
        (container(signatures="<html/>"), "file_damaged"),
        (container(signatures="<a>" * 100 + "</a>" * 100), "file_damaged"),
        (container(signatures="not xml"), "file_damaged"),
        (container(more=link), "archive_limits"),
        (container(more=entry_named("../../etc/passwd")), "archive_limits"),
        (container(more=entry_named("/etc/passwd")), "archive_limits"),
        (container(more=entry_named("C:/x")), "archive_limits"),
        (container(more=entry_named("a\\b")), "archive_limits"),
        (container(more=entry_named("a\nb")), "archive_limits"),
        (container(more=entry_named("IESNIEGUMS.pdf")), "file_damaged"),
        (container({"b": b"0" * 5_000_000}, method=zipfile.ZIP_DEFLATED), "archive_limits"),
        (container({f"{at}": b"" for at in range(1001)}), "archive_limits"),
    ],
)
def test_what_is_refused_and_why(content: bytes, code: str) -> None:
    with pytest.raises(ContainerFault) as caught:
        read(content)

    assert caught.value.code == code


def test_a_name_that_stands_twice_is_refused() -> None:
    with pytest.raises(ContainerFault) as caught:
        read(container(more=twice))

    assert caught.value.code == "file_damaged"


def test_a_directory_that_tells_another_story_than_the_entries_is_refused() -> None:
    whole = container({"iesniegums.pdf": PAPER})
    at = whole.rindex(b"iesniegums.pdf")
    other = whole[:at] + b"iesniegumz.pdf" + whole[at + 14 :]

    with pytest.raises(ContainerFault):
        read(other)


def test_an_entry_that_says_it_is_smaller_than_it_is_is_refused() -> None:
    whole = bytearray(container({"a.bin": b"0" * 1_000_000}, method=zipfile.ZIP_DEFLATED))
    at = bytes(whole).rindex(b"a.bin") - 46
    struct.pack_into("<L", whole, at + 24, 10)

    with pytest.raises(ContainerFault):
        read(bytes(whole))


def test_five_hundred_containers_with_flipped_bytes_are_read_or_refused_quickly() -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    whole = container({"a.pdf": PAPER[:2000], "b.txt": b"x" * 500})
    slowest = 0.0

    for _ in range(500):
        changed = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
        begun = time.perf_counter()
        try:
            found = read(bytes(changed))
        except ContainerFault:
            continue
        finally:
            slowest = max(slowest, time.perf_counter() - begun)
        assert set(found.objects.values()) == {digest(PAPER[:2000]), digest(b"x" * 500)}

    assert slowest < 2
