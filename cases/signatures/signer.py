"""Who a certificate says its holder is."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from asn1crypto import x509

_CODE: Final = re.compile(r"PNOLV-(\d{6})-(\d{5})")
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Named:
    """The holder's name, and their Latvian personal code of eleven digits if the certificate has one."""

    name: str
    code: str


def name_in(certificate: x509.Certificate) -> Named:
    """The holder; a certificate that names two codes or two people names none."""
    held: dict[str, list[str]] = {}
    for part in certificate.subject.chosen:
        for pair in part:
            held.setdefault(pair["type"].native, []).append(str(pair["value"].native))
    return Named(_name(held), _code(held.get("serial_number", [])))


def _name(held: dict[str, list[str]]) -> str:
    given, family = held.get("given_name", []), held.get("surname", [])
    parts = [*given, *family] if given and family else held.get("common_name", [])
    plain = unicodedata.normalize("NFC", " ".join(parts))
    return "".join(letter for letter in plain if letter.isprintable())[:_LONGEST]


def _code(serials: list[str]) -> str:
    found = _CODE.fullmatch(serials[0]) if len(serials) == 1 else None
    return found[1] + found[2] if found else ""
