"""What a signature on a paper is worth, and why."""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from cases.signatures.authority import Authority, Signer
from cases.signatures.results import Expected, Result

from .conftest import (
    AUTHORITY,
    CODE,
    EXPECTED,
    NOW,
    OTHER,
    OTHERS,
    PAPER,
    PERSON,
    letter,
    outcome,
    signed,
    validated,
)

LATER = NOW + timedelta(days=365)


def revoked(signer: Signer, *, until: datetime = LATER, authority: Authority = AUTHORITY) -> bytes:
    """The issuing authority's list of revoked certificates, with this one in it."""
    entry = (
        x509.RevokedCertificateBuilder()
        .serial_number(signer.certificate.serial_number)
        .revocation_date(NOW - timedelta(days=1))
        .build()
    )
    issuer = authority.issuing
    builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.certificate.subject)
    builder = builder.last_update(NOW - timedelta(hours=1)).next_update(until).add_revoked_certificate(entry)
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.PEM)


def test_a_paper_signed_whole_by_the_right_person_passes(trusted: Path) -> None:
    assert validated(signed()) == Result(
        indication="TOTAL_PASSED",
        code="valid",
        signer_name="Jānis Paraugs",
        signer_code=CODE,
        signed_at=NOW,
        trust="Pārbaužu saraksts",
    )


def test_a_code_of_the_new_kind_is_compared_like_the_old(trusted: Path) -> None:
    assert outcome(signed(by=OTHER)) == ("TOTAL_PASSED", "valid")


def test_several_may_sign_if_one_is_the_person(trusted: Path) -> None:
    expected = Expected(PAPER, frozenset({CODE}))

    assert outcome(signed(signed(), OTHER), expected) == ("TOTAL_PASSED", "valid")
    assert outcome(signed(signed(by=OTHER)), expected) == ("TOTAL_PASSED", "valid")


def test_somebody_else_signed(trusted: Path) -> None:
    found = validated(signed(by=OTHER), Expected(PAPER, frozenset({CODE})))

    assert (found.indication, found.code) == ("TOTAL_FAILED", "other_signer")
    assert found.signer_name == "Ilze Piemēre"


@pytest.mark.parametrize("code", ["010190-1234", "01019012345", "010190-12345x"])
def test_a_serial_number_that_is_no_personal_code_is_nobodys(trusted: Path, code: str) -> None:
    stranger = AUTHORITY.signer(given="Jānis", family="Paraugs", code=code)

    assert outcome(signed(by=stranger)) == ("TOTAL_FAILED", "other_signer")


def test_an_expired_certificate_is_refused(trusted: Path) -> None:
    old = AUTHORITY.signer(
        given="Jānis", family="Paraugs", code="010190-12345", ends=datetime(2026, 3, 1, tzinfo=UTC)
    )

    assert outcome(signed(by=old)) == ("TOTAL_FAILED", "expired")


def test_a_certificate_that_is_not_valid_yet_is_refused(trusted: Path) -> None:
    young = AUTHORITY.signer(
        given="Jānis", family="Paraugs", code="010190-12345", begins=datetime(2026, 3, 3, tzinfo=UTC)
    )

    assert outcome(signed(by=young)) == ("TOTAL_FAILED", "not_yet_valid")


def test_an_issuer_whom_nobody_trusts_is_refused(trusted: Path) -> None:
    theirs = OTHERS.signer(given="Jānis", family="Paraugs", code="010190-12345")

    assert outcome(signed(by=theirs, authority=OTHERS)) == ("TOTAL_FAILED", "not_trusted")
    # Nor does a trusted issuing certificate of the same name beside it help.
    assert outcome(signed(by=theirs)) == ("TOTAL_FAILED", "damaged")


def test_a_second_signature_that_nobody_trusts_leaves_it_open(trusted: Path) -> None:
    theirs = OTHERS.signer(given="Zane", family="Svešā", code="329876-54321")

    assert outcome(signed(signed(), theirs, OTHERS)) == ("INDETERMINATE", "other_signature")


def test_a_revoked_certificate_is_refused(trusted: Path, settings, tmp_path: Path) -> None:
    settings.SIGNATURE_CRL_DIR = str(tmp_path)
    (tmp_path / "issuing.crl").write_bytes(revoked(PERSON))

    assert outcome(signed()) == ("TOTAL_FAILED", "revoked")
    assert outcome(signed(by=OTHER)) == ("TOTAL_PASSED", "valid")


def test_a_revoked_certificate_stays_revoked_when_the_list_is_old(
    trusted: Path, settings, tmp_path: Path
) -> None:
    settings.SIGNATURE_CRL_DIR = str(tmp_path)
    (tmp_path / "issuing.crl").write_bytes(revoked(PERSON, until=NOW - timedelta(minutes=1)))

    assert outcome(signed()) == ("TOTAL_FAILED", "revoked")
    assert outcome(signed(by=OTHER)) == ("INDETERMINATE", "revocation_unknown")


def test_a_list_of_revoked_certificates_that_somebody_else_made_counts_for_nothing(
    trusted: Path, settings, tmp_path: Path
) -> None:
    settings.SIGNATURE_CRL_DIR = str(tmp_path)
    (tmp_path / "theirs.crl").write_bytes(revoked(PERSON, authority=OTHERS))

    assert outcome(signed()) == ("INDETERMINATE", "revocation_unknown")


def test_without_a_trust_list_nothing_is_called_valid(settings) -> None:
    settings.DEMO = False
    settings.SIGNATURE_TRUST_DIR = ""

    assert outcome(signed()) == ("INDETERMINATE", "not_validated")
    assert outcome(signed(by=OTHER), Expected(PAPER, frozenset({CODE}))) == ("TOTAL_FAILED", "other_signer")


def test_the_demonstrations_authority_is_trusted_in_the_demonstration_alone(settings, trusted: Path) -> None:
    own = Authority.of_demonstration()
    person = own.signer(given="Jānis", family="Paraugs", code="010190-12345")

    assert outcome(signed(by=person, authority=own)) == ("TOTAL_FAILED", "not_trusted")
    settings.DEMO = True
    found = validated(signed(by=person, authority=own))

    assert (found.indication, found.trust) == ("TOTAL_PASSED", "demonstration")


def test_the_paper_as_it_was_given_is_not_signed(trusted: Path) -> None:
    assert outcome(PAPER) == ("TOTAL_FAILED", "not_signed")
    assert outcome(PAPER + b"\n") == ("TOTAL_FAILED", "not_signed")


def test_another_paper_signed_is_another_document(trusted: Path) -> None:
    assert outcome(signed(letter("Atļauju visu."))) == ("TOTAL_FAILED", "other_document")
    assert outcome(b"%PDF-1.7 nothing") == ("TOTAL_FAILED", "other_document")


@pytest.mark.parametrize("signed_at", [NOW + timedelta(hours=2), datetime(1999, 1, 1, tzinfo=UTC)])
def test_a_time_of_signing_that_cannot_be_leaves_it_open(trusted: Path, signed_at: datetime) -> None:
    from cases.signatures.demonstration import sign

    content = sign(PAPER, PERSON, AUTHORITY, now=signed_at)

    assert outcome(content) == ("INDETERMINATE", "time_unclear")


def test_nothing_is_asked_of_the_network(trusted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_options: object) -> None:
        raise AssertionError("a validation went to the network")

    content = signed()
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)

    assert outcome(content, EXPECTED) == ("TOTAL_PASSED", "valid")


def test_nothing_is_printed_or_logged(trusted: Path, caplog: pytest.LogCaptureFixture, capfd) -> None:
    for content in (signed(), signed(by=OTHER, authority=OTHERS), signed() + b"%%EOF", signed()[:-400]):
        outcome(content)

    assert caplog.records == []
    assert capfd.readouterr() == ("", "")
