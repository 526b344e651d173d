"""How fast an exported audit is verified, against the bare hashing of its bytes in the same run.

python3 -m benchmarks.audit [--rows 1000000]
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from exchange.audit_verifier import CANONICAL, FORMAT, State, verify

ROWS, CHAINS_A_SEAL, ROWS_A_CHAIN = 1_000_000, 500, 4
BEGIN = datetime(2026, 1, 5, 6, tzinfo=UTC)


def generate(folder: Path, rows: int) -> None:
    """An export as `export_audit` writes it: every ten minutes 500 chains that grew by four rows each."""
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    previous, written, number = "", 0, 0
    while written < rows:
        number += 1
        at = BEGIN + timedelta(minutes=10 * number)
        lines, ends = [], sha256()
        for chain in range(CHAINS_A_SEAL):
            name = f"case:{number * CHAINS_A_SEAL + chain:09}"
            linked = list(_rows(name, at))
            end = {"chain": name, "after": 0, "head_before": "", "length": len(linked), "head": linked[-1][0]}
            line = CANONICAL.encode(end).encode()
            ends.update(line + b"\n")
            lines.append(line)
            lines += [b'["%b",%b]' % (digest.encode(), content) for digest, content in linked]
            written += len(linked)
        seal = {
            "number": number,
            "at": at.isoformat(timespec="microseconds"),
            "previous": previous,
            "key_id": sha256(public).hexdigest()[:16],
            "announces": public.hex() if number == 1 else "",
            "chains": number * CHAINS_A_SEAL,
            "rows": written,
            "ends": CHAINS_A_SEAL,
            "ends_digest": ends.hexdigest(),
        }
        digest = sha256(CANONICAL.encode(seal).encode()).digest()
        head = {"seal": seal, "signature": private.sign(digest).hex()}
        day = folder / f"{at:%Y-%m-%d}"
        day.mkdir(exist_ok=True)
        content = b"\n".join([CANONICAL.encode(head).encode(), *lines]) + b"\n"
        (day / f"seal-{number:010}.jsonl").write_bytes(content)
        previous = digest.hex()
    manifest = {"format": FORMAT, "last": number, "digest": previous, "keys": [public.hex()]}
    (folder / "manifest.json").write_text(json.dumps(manifest))


def _rows(chain: str, at: datetime) -> Iterator[tuple[str, bytes]]:
    digest = b""
    for seq in range(1, ROWS_A_CHAIN + 1):
        fields = {"case": "0b6f2f0e-5d1c-4d5e-9f0e-2f6d1a7c9b11", "channel": "page", "persons": [seq, 4711]}
        row = [chain, seq, at.isoformat(timespec="microseconds"), f"user:{seq}", "", "read", chain, fields]
        content = CANONICAL.encode(row).encode()
        digest = sha256(digest + content).digest()
        yield digest.hex(), content


def floor(folder: Path) -> float:
    """Seconds to read every line and hash it."""
    begun = time.perf_counter()
    for path in sorted(folder.glob("*/*.jsonl")):
        with path.open("rb") as lines:
            for line in lines:
                sha256(line).digest()
    return time.perf_counter() - begun


def main() -> None:
    """Generate, hash, verify, and say how the two compare."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=ROWS)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        generate(folder, rows)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        bare = floor(folder)
        begun = time.perf_counter()
        state = State()
        found = list(verify(folder, state))
        seconds = time.perf_counter() - begun
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    if found:
        raise SystemExit(found[0])
    print(f"{state.rows} rows in {seconds:.1f} s: {state.rows / seconds:.0f} rows/s, memory grew {grown} KB")
    print(f"Reading and hashing alone: {bare:.1f} s. Verifying takes {seconds / bare:.1f} times as long.")


if __name__ == "__main__":
    main()
