"""The shape of a signature in a PDF: exactly where its bytes are, and nothing in them that nobody signed."""

import re
from dataclasses import dataclass
from typing import Any, Final

from asn1crypto import algos, cms
from cryptography import x509
from cryptography.exceptions import InvalidSignature

_HEX: Final = re.compile(rb"<(?:[0-9a-f]*|[0-9A-F]*)>")
_LARGEST: Final = 1024 * 1024
_BIT_STRING: Final = 0x03


@dataclass(frozen=True, slots=True)
class Place:
    """Where the signature stands in the file: the gap between what it covers, and where that ends."""

    begins: int
    ends: int
    covered: int


def place_of(content: bytes, byte_range: Any, der: bytes) -> Place | None:
    """The place, if the range leaves out exactly the signature as the file writes it; else nothing."""
    numbers = list(byte_range)
    if len(numbers) != 4 or any(type(int(one)) is not int or one < 0 for one in numbers):
        return None
    first, before, after, rest = (int(one) for one in numbers)
    covered = after + rest
    if first != 0 or not 0 < before < after <= covered <= len(content) or after - before > _LARGEST:
        return None
    written = content[before:after]
    if _HEX.fullmatch(written) is None or bytes.fromhex(written[1:-1].decode()) != der:
        return None
    return Place(before, after, covered)


def is_whole(der: bytes) -> bool:
    """Whether the bytes are one signature and zeros after it, with nothing that could be changed unseen."""
    length = _end(der, 0, len(der))
    if any(der[length:]) or not _is_nested(der[:length]):
        return False
    content = cms.ContentInfo.load(der[:length], strict=True)
    if content["content_type"].native != "signed_data":
        return False
    signed = content["content"]
    signers = signed["signer_infos"]
    if len(signers) != 1 or len(signed["digest_algorithms"]) != 1:
        return False
    signer = signers[0]
    return (
        _versions_agree(signed, signer)
        and _digest_of(signed["digest_algorithms"][0]) == _digest_of(signer["digest_algorithm"])
        and _digest_of(signer["digest_algorithm"]) is not None
        and _names_its_certificate(signed, signer)
        and _certificates_are_sound(signed)
    )


def _end(der: bytes, at: int, limit: int) -> int:
    """Where the value that begins here ends; ValueError unless its length is written in the shortest way."""
    first = der[at + 1]
    size = first & 0x7F if first & 0x80 else 0
    begins = at + 2 + size
    length = int.from_bytes(der[at + 2 : begins]) if size else first
    is_shortest = length > 0x7F and der[at + 2] != 0 if size else first < 0x80
    if not der[at] or size > 4 or not is_shortest or begins + length > limit:
        raise ValueError("not DER")
    return begins + length


def _is_nested(der: bytes) -> bool:
    """Whether every value is filled exactly by those in it, and no string has bits that nobody reads."""
    waiting = [(0, len(der))]
    while waiting:
        at, limit = waiting.pop()
        while at < limit:
            ends = _end(der, at, limit)
            begins = at + 2 + (der[at + 1] & 0x7F if der[at + 1] & 0x80 else 0)
            if der[at] & 0x20:
                waiting.append((begins, ends))
            elif der[at] == _BIT_STRING and der[begins] != 0:
                return False
            at = ends
    return True


def _names_its_certificate(signed: cms.SignedData, signer: cms.SignerInfo) -> bool:
    """Whether the signer's certificate is named exactly as it is: who reads names is lenient."""
    if signer["sid"].name == "subject_key_identifier":
        return True
    issuer, serial = (signer["sid"].chosen[part] for part in ("issuer", "serial_number"))
    held = [one.chosen["tbs_certificate"] for one in signed["certificates"]]
    return any(
        one["serial_number"].dump() == serial.dump() and one["issuer"].dump() == issuer.dump() for one in held
    )


def _versions_agree(signed: cms.SignedData, signer: cms.SignerInfo) -> bool:
    by_key = signer["sid"].name == "subject_key_identifier"
    is_data = signed["encap_content_info"]["content_type"].native == "data"
    wanted = "v3" if by_key else "v1"
    told: tuple[str, str] = (signer["version"].native, signed["version"].native)
    return told == (wanted, wanted if is_data else "v3")


def _digest_of(algorithm: algos.DigestAlgorithm) -> str | None:
    """The name, if nothing but a NULL stands beside it."""
    beside = algorithm["parameters"].dump()
    return str(algorithm["algorithm"].native) if beside in (b"", b"\x05\x00") else None


def _certificates_are_sound(signed: cms.SignedData) -> bool:
    """Whether each certificate that another one here issued is really signed by it."""
    held = [x509.load_der_x509_certificate(one.chosen.dump()) for one in signed["certificates"]]
    for one in held:
        issuers = [other for other in held if other is not one and other.subject == one.issuer]
        if issuers and not any(_issued(one, other) for other in issuers):
            return False
    return True


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True
