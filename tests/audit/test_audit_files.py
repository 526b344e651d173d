"""The exported audit: each way to tamper with its files is found with its place by the verifier."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cases.audit import seal_audit
from cases.audit.keys import SealKey, make_key
from exchange.audit_export import NotContinued, export_audit
from exchange.audit_verifier import State, main, verify
from tests.plugins.database import as_owner

from .conftest import A, B, grow

Lines = list[bytes]


@pytest.fixture
def folder(sealed: SealKey, tmp_path: Path) -> Path:
    """An export of three seals."""
    export_audit(tmp_path / "out")
    assert findings(tmp_path / "out") == []
    return tmp_path / "out"


def findings(folder: Path, **options: str) -> list[str]:
    return list(verify(folder, State(), **options))


def file_of(folder: Path, number: int) -> Path:
    (found,) = folder.glob(f"*/seal-{number:010}.jsonl")
    return found


def rewritten(change: Callable[[Lines], Lines], number: int = 1) -> Callable[[Path], None]:
    def tamper(folder: Path) -> None:
        path = file_of(folder, number)
        path.write_bytes(b"\n".join(change(path.read_bytes().splitlines())) + b"\n")

    return tamper


# The first file: the seal, the end of day:a, its six rows, the end of day:b, its four rows.
def replaced(at: int, old: bytes, new: bytes) -> Callable[[Lines], Lines]:
    def change(lines: Lines) -> Lines:
        assert old in lines[at]
        lines[at] = lines[at].replace(old, new, 1)
        return lines

    return change


def with_its_digest(lines: Lines) -> Lines:
    """Row 3 of day:a with another actor, and the digest that fits it."""
    from hashlib import sha256

    content = lines[4][68:-1].replace(b'"user:2"', b'"user:9"')
    before = bytes.fromhex(lines[3][2:66].decode())
    lines[4] = b'["%b",%b]' % (sha256(before + content).hexdigest().encode(), content)
    return lines


def swapped(lines: Lines, one: int, other: int) -> Lines:
    lines[one], lines[other] = lines[other], lines[one]
    return lines


def another_key(folder: Path) -> None:
    path = file_of(folder, 2)
    head, *rest = path.read_bytes().splitlines()
    opened = json.loads(head)
    forger = Ed25519PrivateKey.generate()
    raw = json.dumps(opened["seal"], sort_keys=True, separators=(",", ":")).encode()
    from hashlib import sha256

    opened["signature"] = forger.sign(sha256(raw).digest()).hex()
    path.write_bytes(b"\n".join([json.dumps(opened).encode(), *rest]) + b"\n")


def edited_seal(folder: Path) -> None:
    rewritten(replaced(0, b'"rows":13', b'"rows":12'), 2)(folder)


KINDS: dict[str, tuple[Callable[[Path], None], str]] = {
    "edit a field": (rewritten(replaced(4, b'"persons":[2]', b'"persons":[]')), f"chain {A}, place 3"),
    "edit with its digest": (rewritten(with_its_digest), f"chain {A}, place 4"),
    "change the time": (rewritten(replaced(4, b'"20', b'"19')), f"chain {A}, place 3"),
    "change the actor": (rewritten(replaced(4, b'"user:2"', b'"user:8"')), f"chain {A}, place 3"),
    "delete a row": (rewritten(lambda lines: lines[:4] + lines[5:]), f"chain {A}, place 3"),
    "delete the last row": (rewritten(lambda lines: lines[:7] + lines[8:]), f"chain {A}, place 6"),
    "delete the last row and its head": (
        rewritten(lambda lines: replaced(1, b'"length":6', b'"length":5')(lines[:7] + lines[8:])),
        "seal 1: the lines of its chains",
    ),
    "delete a chain": (rewritten(lambda lines: lines[:8]), "seal 1: the lines of its chains"),
    "insert a row": (rewritten(lambda lines: [*lines[:5], lines[10], *lines[5:]]), f"chain {A}, place 4"),
    "insert after the end": (
        rewritten(lambda lines: [*lines[:8], lines[7], *lines[8:]]),
        f"chain {A}, place 7",
    ),
    "double a row": (rewritten(lambda lines: [*lines[:5], lines[4], *lines[5:]]), f"chain {A}, place 4"),
    "reorder": (rewritten(lambda lines: swapped(lines, 3, 5)), f"chain {A}, place 2"),
    "swap between chains": (rewritten(lambda lines: swapped(lines, 4, 11)), f"chain {A}, place 3"),
    "edit a seal": (edited_seal, "seal 2: edited"),
    "delete a seal": (lambda folder: file_of(folder, 2).unlink(), "seal 2: deleted"),
    "delete the last seal": (lambda folder: file_of(folder, 3).unlink(), "manifest.json: its last seal is 3"),
    "sign with another key": (another_key, "seal 2: edited, or its signature is not"),
    "put a seal in another's place": (
        lambda folder: (shutil.copy(file_of(folder, 1), file_of(folder, 2)), None)[1],
        "seal 2: holds seal 1",
    ),
    "a line of no chain": (
        rewritten(lambda lines: [lines[0], b"[1]", *lines[1:]]),
        "seal-0000000001.jsonl: a line that belongs to no chain",
    ),
}


@pytest.mark.parametrize(("tamper", "place"), KINDS.values(), ids=KINDS)
def test_tampering_with_the_files_is_found_at_its_place(folder: Path, tamper: Any, place: str) -> None:
    tamper(folder)

    found = findings(folder)

    assert any(place in sentence for sentence in found), found


def test_an_older_export_is_found_by_the_seal_that_was_kept(folder: Path, sealed: SealKey) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    kept = f"{manifest['last']}:{manifest['digest']}"
    file_of(folder, 3).unlink()
    old = json.loads(file_of(folder, 2).read_bytes().splitlines()[0])["seal"]
    third = {**manifest, "last": 2, "digest": ""}
    assert old["number"] == 2
    (folder / "manifest.json").write_text(json.dumps(third))

    assert any(sentence.startswith("seal 3: expected") for sentence in findings(folder, expect=kept))


def test_everything_made_anew_with_another_key_is_found_by_the_published_one(
    folder: Path, sealed: SealKey
) -> None:
    assert findings(folder, key=sealed.public.hex()) == []
    assert any("another key than the one" in one for one in findings(folder, key="00" * 32))


def test_a_later_run_adds_only_what_is_new(folder: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in folder.glob("*/*.jsonl")}
    grow(A, 2)
    seal_audit()

    done = export_audit(folder)

    assert (done.seals, done.rows, done.last) == (1, 2, 4)
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert findings(folder) == []


def test_another_database_does_not_continue_an_export(folder: Path) -> None:
    from cases.models import AuditSeal, SealedEnd

    with as_owner():
        SealedEnd.objects.all().delete()
        AuditSeal.objects.all().delete()
        seal_audit(everything=True)
        before = sorted(folder.rglob("*"))
        with pytest.raises(NotContinued):
            export_audit(folder)

    assert sorted(folder.rglob("*")) == before


def test_a_key_that_was_announced_is_believed(folder: Path, settings: Any, tmp_path: Path) -> None:
    settings.AUDIT_SEAL_KEYS_BEFORE = [str(settings.AUDIT_SEAL_KEY)]
    settings.AUDIT_SEAL_KEY = tmp_path / "next.pem"
    make_key(settings.AUDIT_SEAL_KEY)
    grow(B, 1)
    seal_audit()

    export_audit(folder)

    assert findings(folder) == []
    assert len(json.loads((folder / "manifest.json").read_text())["keys"]) == 2


def test_the_verifier_needs_only_the_files(folder: Path, tmp_path: Path, capsys: Any) -> None:
    alone = tmp_path / "elsewhere"
    shutil.copytree(folder, alone)

    done = subprocess.run(
        [sys.executable, "-I", str(alone / "audit_verifier.py"), str(alone)],
        capture_output=True,
        text=True,
        cwd="/",
        env={},
        check=False,
    )

    assert done.stdout.startswith("Whole: 14 rows of 2 chains, sealed 3 times"), done.stderr
    assert done.returncode == 0
    rewritten(replaced(4, b'"user:2"', b'"user:8"'))(alone)
    assert main([str(alone)]) == 1
    assert "place 3" in capsys.readouterr().out
