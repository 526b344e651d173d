"""Nothing in a signature's own bytes can be changed unseen, though nobody signs them."""

from __future__ import annotations

from pathlib import Path

import pytest
from asn1crypto import cms

from cases.signatures.results import Expected

from .conftest import CODE, PAPER, outcome, signed

WHOLE = signed()
BEGINS = WHOLE.index(b"/Contents <") + len(b"/Contents <")
ENDS = WHOLE.index(b">", BEGINS)
DER = bytes.fromhex(WHOLE[BEGINS:ENDS].decode())
LENGTH = len(cms.ContentInfo.load(DER).dump())


def with_signature(der: bytes | bytearray, *, upper: bool = False) -> bytes:
    written = bytes(der).hex()
    return WHOLE[:BEGINS] + (written.upper() if upper else written).encode() + WHOLE[ENDS:]


def result(content: bytes) -> tuple[str, str]:
    return outcome(content, Expected(PAPER, frozenset({CODE})))


def test_upper_and_lower_case_are_the_same_signature(trusted: Path) -> None:
    assert result(with_signature(DER)) == result(with_signature(DER, upper=True)) == ("TOTAL_PASSED", "valid")


@pytest.mark.parametrize("part", range(8))
def test_every_eighth_byte_with_another_bit_is_noticed(trusted: Path, part: int) -> None:
    """Each part looks at other bytes and bits."""
    unseen = []
    for at in range(part, LENGTH, 64):
        changed = bytearray(DER)
        changed[at] ^= 1 << (at // 64 + part) % 8
        if result(with_signature(changed))[0] != "TOTAL_FAILED":
            unseen.append(at)

    assert unseen == []


def test_a_length_an_unused_bit_and_the_case_of_a_name_are_noticed(trusted: Path) -> None:
    name = DER.rindex("VIIS demonstrācijas izdevējs".encode())
    bits = DER.index(b"\x00\x30", DER.index(b"\x04\x03\x02\x03") + 4)
    for at, bit in ((2, 1), (3, 64), (name, 32), (bits, 1)):
        changed = bytearray(DER)
        changed[at] ^= bit
        assert result(with_signature(changed))[0] == "TOTAL_FAILED", at


def test_something_written_behind_the_signature_is_noticed(trusted: Path) -> None:
    changed = bytearray(DER)
    changed[LENGTH + 5] = 7

    assert result(with_signature(changed)) == ("TOTAL_FAILED", "damaged")


@pytest.mark.parametrize("spoilt", [b"g", b" ", b"A", b"\n"])
def test_a_signature_is_written_in_one_way(trusted: Path, spoilt: bytes) -> None:
    content = bytearray(WHOLE)
    content[BEGINS + 3 : BEGINS + 4] = spoilt

    assert result(bytes(content)) == ("TOTAL_FAILED", "damaged")
