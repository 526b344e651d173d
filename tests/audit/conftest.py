"""Two chains, sealed three times, with a key of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cases.audit import Entry, seal_audit
from cases.audit.keys import SealKey, make_key
from cases.audit.record import append
from engine import clock

A, B = "day:a", "day:b"


def grow(chain: str, count: int) -> None:
    for number in range(count):
        fields = {"persons": [number], "š": ["ā", None, 1.5]}
        append(chain, [Entry("read", f"user:{number}", clock.now(), f"case:{number}", fields)])


@pytest.fixture
def key(tmp_path: Path, settings: Any) -> SealKey:
    """The key that seals here."""
    settings.AUDIT_SEAL_KEY = tmp_path / "key.pem"
    return make_key(settings.AUDIT_SEAL_KEY)


@pytest.fixture
def sealed(key: SealKey, db: None) -> SealKey:
    """`day:a` with 9 rows and `day:b` with 5, in three seals."""
    grow(A, 6)
    grow(B, 4)
    seal_audit()
    grow(A, 3)
    seal_audit()
    grow(B, 1)
    seal_audit()
    return key
