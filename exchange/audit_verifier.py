#!/usr/bin/env python3
"""Checks an exported audit by its files alone; needs Python 3.11 and `cryptography`, and nothing of VIIS.

    python3 audit_verifier.py DIR [--key HEX] [--expect NUMBER:DIGEST] [--after NUMBER:DIGEST]

DIR holds `manifest.json` and one file for each seal, `<day>/seal-<number>.jsonl`: the seal, then for each
chain that grew a line that says how far it was and how far it is, then the rows between. The seal's digest
covers these lines and the digest of the seal before; its signature is Ed25519. A row's digest is the SHA-256
of the digest before it in its chain, followed by the row as it is written here. So each file is checked by
itself, in the order of the seals, and nothing is kept in memory but the digest of the last row.

Every finding is printed with its place; the status is 1 if there is any. What no signature can show is that
the newest files are missing: keep the last line of each run elsewhere and give it back with `--expect`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT = "viis-audit-1"
CANONICAL = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))
# A row is `["<64 digits>",<the row>]`.
ROW_START, ROW_BEGIN, ROW_END = b'["', 68, -1


@dataclass(slots=True)
class State:
    """What is known when the files up to one seal have been read."""

    number: int = 0
    digest: str = ""
    chains: int = 0
    rows: int = 0
    at: str = ""
    keys: dict[str, bytes] = field(default_factory=dict)
    announced: str = ""
    findings: int = 0


def main(arguments: list[str] | None = None) -> int:
    """Verify what the arguments name; 0 if it is whole, 1 if not."""
    parser = argparse.ArgumentParser(description="Check an exported audit by its files alone.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--key", default="", help="the first public key, 64 hexadecimal digits, as published")
    parser.add_argument("--expect", default="", help="NUMBER:DIGEST of a seal that must be there")
    parser.add_argument("--after", default="", help="NUMBER:DIGEST of a seal up to which all was verified")
    options = parser.parse_args(arguments)
    state = State()
    for sentence in verify(
        options.folder, state, key=options.key, expect=options.expect, after=options.after
    ):
        state.findings += 1
        print(sentence)
    if state.findings:
        print(f"{state.findings} findings.")
        return 1
    print(f"Whole: {state.rows} rows of {state.chains} chains, sealed {state.number} times, last {state.at}.")
    print(f"Last seal: {state.number}:{state.digest}")
    return 0


def verify(folder: Path, state: State, *, key: str = "", expect: str = "", after: str = "") -> Iterator[str]:
    """Every finding as a sentence with its place; `state` then says how far the files go."""
    manifest = _json((folder / "manifest.json").read_bytes()) if (folder / "manifest.json").exists() else None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        yield "manifest.json: missing, or of another format"
        manifest = {}
    wanted_number, wanted_digest = _parts(expect)
    met = not expect
    start, digest = _parts(after)
    if after:
        state.number, state.digest = start, digest
        state.keys = {_id(bytes.fromhex(one)): bytes.fromhex(one) for one in manifest.get("keys", [])}
        state.chains = state.rows = -1
    for number, path in _files(folder):
        if number <= start:
            continue
        yield from _file(path, number, state, key)
        met = met or (number == wanted_number and state.digest == wanted_digest)
    if not met:
        yield f"seal {wanted_number}: expected with digest {wanted_digest[:16]}..., but not there as such"
    if manifest and (manifest.get("last"), manifest.get("digest")) != (state.number, state.digest):
        yield f"manifest.json: its last seal is {manifest.get('last')}, the files end with {state.number}"
    yield from _strays(folder)


def _file(path: Path, number: int, state: State, key: str) -> Iterator[str]:
    where = f"{path.parent.name}/{path.name}"
    for gone in range(state.number + 1, number):
        yield f"seal {gone}: deleted"
    with path.open("rb") as lines:
        opened = _json(lines.readline())
        seal = opened.get("seal") if isinstance(opened, dict) else None
        if not isinstance(opened, dict) or not isinstance(seal, dict):
            yield f"{where}: seal {number}: unreadable"
            state.number = number
            return
        raw = CANONICAL.encode(seal).encode()
        digest = sha256(raw).hexdigest()
        yield from _seal(where, number, seal, str(opened.get("signature", "")), digest, state, key)
        before = (state.chains, state.rows)
        ends = _Ends()
        yield from _chains(where, lines, ends)
    if seal.get("number") == number and ends.digest.hexdigest() != seal.get("ends_digest"):
        yield f"{where}: seal {number}: the lines of its chains were edited, deleted, inserted or reordered"
    said, counted = (seal.get("chains"), seal.get("rows")), (before[0] + ends.begun, before[1] + ends.rows)
    if before != (-1, -1) and said != counted:
        told = f"says {said[1]} rows of {said[0]} chains, the files have {counted[1]} of {counted[0]}"
        yield f"{where}: seal {number}: {told}"
    state.chains, state.rows = _count(seal.get("chains")), _count(seal.get("rows"))
    state.number, state.digest, state.at = number, digest, str(seal.get("at", ""))


def _seal(
    where: str, number: int, seal: dict[str, Any], signature: str, digest: str, state: State, key: str
) -> Iterator[str]:
    if seal.get("number") != number:
        yield f"{where}: seal {number}: holds seal {seal.get('number')}"
    elif number == state.number + 1 and seal.get("previous") != state.digest:
        yield f"{where}: seal {number}: does not follow seal {state.number} as it is here"
    if state.at and str(seal.get("at", "")) < state.at:
        yield f"{where}: seal {number}: is older than the one before"
    announces = _hex(seal.get("announces"))
    if not state.keys:
        if key and announces.hex() != key:
            yield f"{where}: seal {number}: begins with another key than the one that was published"
        elif announces:
            state.keys[_id(announces)] = announces
    signer = str(seal.get("key_id", ""))
    public = state.keys.get(signer)
    if public is None or (state.announced and signer != state.announced):
        yield f"{where}: seal {number}: signed with key {signer}, which no seal before it announced"
        return
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(_hex(signature), bytes.fromhex(digest))
    except (InvalidSignature, ValueError):
        yield f"{where}: seal {number}: edited, or its signature is not that of key {signer}"
        return
    if announces:
        state.keys[_id(announces)] = announces
        state.announced = _id(announces)


class _Ends:
    """The lines of a seal's chains while they are read."""

    __slots__ = ("begun", "digest", "rows")

    def __init__(self) -> None:
        self.digest = sha256()
        self.begun = 0
        self.rows = 0


def _chains(where: str, lines: BinaryIO, ends: _Ends) -> Iterator[str]:
    line = lines.readline()
    while line:
        end = _json(line)
        if line.startswith(ROW_START) or not isinstance(end, dict) or not isinstance(end.get("chain"), str):
            yield f"{where}: a line that belongs to no chain: {line[:60]!r}"
            line = lines.readline()
            continue
        ends.digest.update(line.rstrip(b"\n") + b"\n")
        ends.begun += end.get("after") == 0
        line, read, found = _rows(where, lines, end)
        ends.rows += read
        yield from found


def _rows(where: str, lines: BinaryIO, end: dict[str, Any]) -> tuple[bytes, int, list[str]]:
    """The line after a chain's rows, how many there were, and what is wrong with them."""
    chain, seq, last = end["chain"], _count(end.get("after")), _count(end.get("length"))
    name = CANONICAL.encode(chain).encode()
    digest = _hex(end.get("head_before"))
    found: list[str] = []
    read = 0
    line = lines.readline()
    while line.startswith(ROW_START):
        read += 1
        seq += 1
        content = line[ROW_BEGIN:].rstrip(b"\n")[:ROW_END]
        stored = line[2:66]
        counted = sha256(digest + content)
        # Only a row that does not hold is looked at more closely.
        if counted.hexdigest().encode() != stored or not content.startswith(b"[%b,%d," % (name, seq)):
            if len(found) < 20:
                found.append(f"{where}: chain {chain}, place {seq}: {_fault(content, chain, seq)}")
            place = _place(content, chain)
            seq = place if place is not None else seq
            digest = _hex(stored.decode("ascii", "replace"))
        else:
            digest = counted.digest()
        line = lines.readline()
    if seq < last:
        found.append(f"{where}: chain {chain}, place {seq + 1}: deleted, up to place {last}")
    elif seq > last:
        found.append(f"{where}: chain {chain}, place {last + 1}: inserted after the end that was sealed")
    elif digest != _hex(end.get("head")) and not found:
        found.append(f"{where}: chain {chain}, place {last}: the end is another than the one that was sealed")
    return line, read, found


def _fault(content: bytes, chain: str, seq: int) -> str:
    row = _json(content)
    if not isinstance(row, list) or len(row) < 3:
        return "edited: it cannot be read"
    if row[0] != chain:
        return f"belongs to chain {row[0]}, place {row[1]}"
    if row[1] != seq:
        return f"row of place {row[1]} stands here: deleted, inserted, doubled or reordered"
    return "edited, or the row before it was and does not lead to it any more"


def _place(content: bytes, chain: str) -> int | None:
    row = _json(content)
    if isinstance(row, list) and len(row) > 2 and row[0] == chain and isinstance(row[1], int):
        return row[1]
    return None


def _files(folder: Path) -> Iterator[tuple[int, Path]]:
    """The files of the seals in the order of their numbers, a day at a time."""
    for day in sorted(path for path in folder.iterdir() if path.is_dir()):
        for path in sorted(day.glob("seal-*.jsonl")):
            yield int(path.stem.removeprefix("seal-")), path


def _strays(folder: Path) -> Iterator[str]:
    last = 0
    for number, path in _files(folder):
        if number <= last:
            yield f"{path.parent.name}/{path.name}: seal {number}: stands after seal {last}"
        last = max(last, number)


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return None


def _hex(text: Any) -> bytes:
    try:
        return bytes.fromhex(text)
    except (TypeError, ValueError):
        return b""


def _count(number: Any) -> int:
    return number if isinstance(number, int) else 0


def _id(public: bytes) -> str:
    return sha256(public).hexdigest()[:16]


def _parts(seal: str) -> tuple[int, str]:
    number, _, digest = seal.partition(":")
    return (int(number) if number.isdigit() else 0), digest


if __name__ == "__main__":
    sys.exit(main())
