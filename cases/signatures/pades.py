"""Validates signatures in PDF files with pyHanko against the trust lists, never over the network."""

import io
import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    DiffResult,
    ModificationLevel,
    SuspiciousModification,
)
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import ValidationError

from . import shape
from .comparing import Differs, hides_text, refuse_other_content
from .loops import with_own_loop
from .results import Code, Expected, Indication, Result, failed
from .signer import Named, name_in
from .trust import TrustList, revocation, trust_lists

# Its records name the people in certificates, and a result says everything that we need to know.
for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)

MOST_SIGNATURES: Final = 10
CLOCKS_DIFFER: Final = timedelta(minutes=10)
_UNREADABLE: Final = (
    PdfError,
    SigningError,
    SignatureValidationError,
    SuspiciousModification,
    ValidationError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    # What is odd in a certificate is only warned of; where warnings are errors it ends here.
    UserWarning,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    RecursionError,
    NotImplementedError,
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One signature in the file: `fault` is why it is no good, `doubt` why that cannot be said."""

    covered: int
    is_timestamp: bool
    named: Named
    signed_at: datetime | None
    trust: str
    fault: Code | None
    doubt: Code | None


class PdfValidator:
    """The validator of PAdES signatures."""

    def validate(self, content: bytes, expected: Expected, *, now: datetime) -> Result:
        """Whether the paper was signed, whole and unchanged, by the one who has these codes."""
        if content == expected.paper:
            return failed("not_signed")
        if not content.startswith(expected.paper):
            return failed("other_document")
        lists = trust_lists()
        try:
            reader = PdfFileReader(io.BytesIO(content), strict=True)
            found = list(reader.embedded_signatures)
            if not found:
                return failed("not_signed")
            if len(found) > MOST_SIGNATURES:
                return failed("damaged")
            if reader.encrypted:
                return failed("damaged")
            findings = [_finding(one, content, lists, now) for one in found]
            return _judged(reader, content, expected, findings, has_lists=bool(lists))
        except _UNREADABLE:
            return failed("damaged")


def _judged(
    reader: PdfFileReader, content: bytes, expected: Expected, findings: list[Finding], *, has_lists: bool
) -> Result:
    own = [one for one in findings if not one.is_timestamp and one.named.code in expected.codes]
    signer = own[-1] if own else next((one for one in findings if not one.is_timestamp), findings[0])
    about = Result(
        Indication.TOTAL_FAILED,
        "damaged",
        signer_name=signer.named.name,
        signer_code=signer.named.code,
        signed_at=signer.signed_at,
        trust=signer.trust,
    )
    faults = [one.fault for one in findings if one.fault in ("changed", "damaged")]
    whole = max(one.covered for one in findings) == len(content)
    if faults:
        return replace(about, code=faults[0])
    if not _is_the_paper(reader, expected.paper):
        return replace(about, code="other_document")
    if not whole and not _only_adds(reader):
        return replace(about, code="changed")
    if not own:
        return replace(about, code="other_signer")
    if signer.fault is not None and (has_lists or signer.fault != "not_trusted"):
        return replace(about, code=signer.fault)
    doubt = _doubt(reader, findings, signer, whole=whole, has_lists=has_lists)
    if doubt is not None:
        return replace(about, indication=Indication.INDETERMINATE, code=doubt)
    return replace(about, indication=Indication.TOTAL_PASSED, code="valid")


def _doubt(
    reader: PdfFileReader, findings: list[Finding], signer: Finding, *, whole: bool, has_lists: bool
) -> Code | None:
    """Why a signature with no fault is still not called valid."""
    if not has_lists:
        return "not_validated"
    if not whole:
        return "additions"
    if signer.doubt is not None:
        return signer.doubt
    if any(one.fault is not None or one.doubt is not None for one in findings if one is not signer):
        return "other_signature"
    return "covering" if hides_text(reader) else None


def _finding(
    found: EmbeddedPdfSignature, content: bytes, lists: tuple[TrustList, ...], now: datetime
) -> Finding:
    is_timestamp = found.sig_object_type == "/DocTimeStamp"
    nobody = Finding(0, is_timestamp, Named("", ""), None, "", "damaged", None)
    place = shape.place_of(content, found.byte_range, found.pkcs7_content)
    if place is None or not shape.is_whole(found.pkcs7_content):
        return nobody
    context = _context(lists, now)
    if is_timestamp:
        status: Any = with_own_loop(validate_pdf_timestamp, found, context)
    else:
        status = with_own_loop(validate_pdf_signature, found, context, context)
    known = replace(nobody, covered=place.covered, named=name_in(found.signer_cert), fault=None)
    is_followed_by_changes = not is_timestamp and status.docmdp_ok is False
    if not (status.intact and status.valid) or is_followed_by_changes:
        return replace(known, fault="changed")
    signed_at = status.timestamp if is_timestamp else found.self_reported_timestamp
    known = replace(known, signed_at=signed_at, doubt=_time(found.signer_cert, signed_at, now))
    if status.trust_problem_indic is not None or not status.trusted:
        return replace(known, fault=_why_not(found.signer_cert, now))
    return _with_trust(known, list(status.validation_path.iter_certs(include_root=True)), lists, now)


def _context(lists: tuple[TrustList, ...], now: datetime) -> ValidationContext:
    roots = [
        asn1.Certificate.load(one.public_bytes(Encoding.DER)) for held in lists for one in held.authorities
    ]
    return ValidationContext(trust_roots=roots, moment=now, best_signature_time=now, allow_fetching=False)


def _time(certificate: asn1.Certificate, signed_at: datetime | None, now: datetime) -> Code | None:
    if signed_at is None or signed_at.tzinfo is None or signed_at > now + CLOCKS_DIFFER:
        return "time_unclear"
    is_within = certificate.not_valid_before <= signed_at <= certificate.not_valid_after
    return None if is_within else "time_unclear"


def _why_not(certificate: asn1.Certificate, now: datetime) -> Code:
    if now > certificate.not_valid_after:
        return "expired"
    return "not_yet_valid" if now < certificate.not_valid_before else "not_trusted"


def _with_trust(
    known: Finding, path: list[asn1.Certificate], lists: tuple[TrustList, ...], now: datetime
) -> Finding:
    """The finding with its trust list, and what that list's authorities have revoked."""
    chain = [x509.load_der_x509_certificate(one.dump()) for one in path]
    trusted = next(one for one in lists if chain[0] in one.authorities)
    known = replace(known, trust=trusted.name)
    told = [revocation(below, above, trusted, now) for above, below in pairwise(chain)]
    if any(one.is_revoked for one in told):
        return replace(known, fault="revoked")
    if trusted.knows_revoked and told and not told[-1].is_known:
        return replace(known, doubt=known.doubt or "revocation_unknown")
    return known


def _is_the_paper(reader: PdfFileReader, paper: bytes) -> bool:
    """Whether the file still shows what the paper says: an update before the signature may hide it."""
    try:
        refuse_other_content(PdfFileReader(io.BytesIO(paper), strict=True), reader)
    except Differs:
        return False
    return True


def _only_adds(reader: PdfFileReader) -> bool:
    """Whether what follows the last signature is no more than what validators add for later."""
    last = max(reader.embedded_signatures, key=lambda one: one.signed_revision)
    found = DEFAULT_DIFF_POLICY.review_file(reader, last.signed_revision)
    return isinstance(found, DiffResult) and found.modification_level <= ModificationLevel.LTA_UPDATES
