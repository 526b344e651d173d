"""Whose certificates are trusted: lists from configuration, and in the demonstration its own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from cryptography import x509
from django.conf import settings

DEMONSTRATION: Final = "demonstration"
_CERTIFICATES: Final = (".pem", ".crt", ".cer")
_CRLS: Final = (".pem", ".crl")


@dataclass(frozen=True, slots=True)
class TrustList:
    """Authorities that are trusted, under the name that people see, with their lists of revoked certificates.

    Without `knows_revoked` nobody provides such lists here, and revocation is not asked about.
    """

    name: str
    authorities: tuple[x509.Certificate, ...]
    crls: tuple[x509.CertificateRevocationList, ...] = ()
    knows_revoked: bool = False


@dataclass(frozen=True, slots=True)
class Revocation:
    """What the lists say of a certificate; `is_known` if a fresh one of its issuer was there."""

    is_revoked: bool
    is_known: bool


def trust_lists() -> tuple[TrustList, ...]:
    """The lists that hold now; none where nothing is configured and this is no demonstration."""
    found = []
    if settings.SIGNATURE_TRUST_DIR:
        authorities = _certificates(_stamped(settings.SIGNATURE_TRUST_DIR, _CERTIFICATES))
        folder = settings.SIGNATURE_CRL_DIR
        crls = _crls(_stamped(folder, _CRLS)) if folder else ()
        found.append(TrustList(settings.SIGNATURE_TRUST_NAME, authorities, crls, knows_revoked=bool(folder)))
    if getattr(settings, "DEMO", False):
        from .authority import Authority

        found.append(TrustList(DEMONSTRATION, (Authority.of_demonstration().root,)))
    return tuple(one for one in found if one.authorities)


def revocation(
    certificate: x509.Certificate, issuer: x509.Certificate, trusted: TrustList, now: datetime
) -> Revocation:
    """Whether a list signed by the issuer names the certificate."""
    revoked = known = False
    for crl in trusted.crls:
        if crl.issuer != issuer.subject or not _is_signed_by(crl, issuer):
            continue
        entry = crl.get_revoked_certificate_by_serial_number(certificate.serial_number)
        revoked = revoked or entry is not None
        until = crl.next_update_utc
        known = known or (crl.last_update_utc <= now and until is not None and now <= until)
    return Revocation(revoked, known)


def _is_signed_by(crl: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    try:
        return crl.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False


# A file by its place, time and size: what changed is read again, what did not is not.
_Stamped = tuple[str, int, int]


def _stamped(folder: str, endings: Iterable[str]) -> tuple[_Stamped, ...]:
    files = sorted(place for place in Path(folder).iterdir() if place.suffix.lower() in endings)
    return tuple((str(place), place.stat().st_mtime_ns, place.stat().st_size) for place in files)


@lru_cache(maxsize=4)
def _certificates(files: tuple[_Stamped, ...]) -> tuple[x509.Certificate, ...]:
    held = [x509.load_pem_x509_certificates(Path(place).read_bytes()) for place, *_ in files]
    return tuple(one for certificates in held for one in certificates)


@lru_cache(maxsize=4)
def _crls(files: tuple[_Stamped, ...]) -> tuple[x509.CertificateRevocationList, ...]:
    return tuple(_crl(Path(place).read_bytes()) for place, *_ in files)


def _crl(content: bytes) -> x509.CertificateRevocationList:
    return x509.load_pem_x509_crl(content) if b"-----BEGIN" in content else x509.load_der_x509_crl(content)
