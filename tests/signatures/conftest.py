"""A paper, an authority of the tests, and people who sign."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from cases.pdf import Letter, Text, render
from cases.signatures.authority import Authority, Signer
from cases.signatures.containers import ASICE
from cases.signatures.demonstration import sign
from cases.signatures.pades import PdfValidator
from cases.signatures.results import Expected, Result

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
CODE = "01019012345"
NEW_CODE = "32876554321"
AUTHORITY = Authority.made_from("tests")
OTHERS = Authority.made_from("somebody nobody trusts")
PERSON = AUTHORITY.signer(given="Jānis", family="Paraugs", code="010190-12345")
OTHER = AUTHORITY.signer(given="Ilze", family="Piemēre", code="328765-54321")


def letter(text: str) -> bytes:
    return render(Letter("Ministrija", (), "Rīgā", "Nr. 1", (), "Saistību raksts", (Text(text),)))


PAPER = letter("VIIS datus izmantošu tikai saviem darba pienākumiem.")
EXPECTED = Expected(PAPER, frozenset({CODE, NEW_CODE}))


def signed(paper: bytes = PAPER, by: Signer = PERSON, authority: Authority = AUTHORITY) -> bytes:
    return sign(paper, by, authority, now=NOW)


def validated(content: bytes, expected: Expected = EXPECTED, now: datetime = NOW) -> Result:
    return PdfValidator().validate(content, expected, now=now)


def outcome(content: bytes, expected: Expected = EXPECTED, now: datetime = NOW) -> tuple[str, str]:
    found = validated(content, expected, now)
    return found.indication, found.code


@pytest.fixture
def trusted(settings, tmp_path: Path) -> Path:
    """The tests' authority is the one that production trusts."""
    folder = tmp_path / "trust"
    folder.mkdir()
    (folder / "root.pem").write_bytes(AUTHORITY.root.public_bytes(Encoding.PEM))
    settings.DEMO = False
    settings.SIGNATURE_TRUST_DIR = str(folder)
    settings.SIGNATURE_TRUST_NAME = "Pārbaužu saraksts"
    settings.SIGNATURE_CRL_DIR = ""
    return folder


MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="/" manifest:media-type="{type}"/>{entries}</manifest:manifest>"""
ENTRY = '<manifest:file-entry manifest:full-path="{}" manifest:media-type="application/pdf"/>'
SIGNATURES = '<asic:XAdESSignatures xmlns:asic="http://uri.etsi.org/02918/v1.2.1#"></asic:XAdESSignatures>'


def container(
    objects: dict[str, bytes] | None = None,
    *,
    mimetype: str = ASICE,
    manifest: str | None = None,
    signatures: str | None = SIGNATURES,
    more: Callable[[zipfile.ZipFile], None] | None = None,
    method: int = zipfile.ZIP_STORED,
) -> bytes:
    """A container as signing tools make it, with whatever a test changes about it."""
    held = {"iesniegums.pdf": PAPER} if objects is None else objects
    entries = "".join(ENTRY.format(name) for name in held)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), mimetype)
        for name, content in held.items():
            archive.writestr(name, content)
        told = MANIFEST.format(type=mimetype, entries=entries) if manifest is None else manifest
        if told:
            archive.writestr("META-INF/manifest.xml", told)
        if signatures is not None:
            archive.writestr("META-INF/signatures0.xml", signatures)
        if more is not None:
            more(archive)
    return target.getvalue()


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()
