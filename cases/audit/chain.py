"""How audit rows are chained: each digest covers the row, its place and the digest before it."""

import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from typing import Any, Final

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

_PURPOSE: Final = b"viis.audit.values"
CANONICAL: Final = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing done or refused; `fields` has names, ids, codes and keyed hashes, never a person's data."""

    action: str
    actor: str
    at: datetime
    object: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    on_behalf_of: str = ""


@dataclass(frozen=True, slots=True)
class Linked:
    """An entry at its place in a chain."""

    seq: int
    entry: Entry
    previous: bytes
    digest: bytes


def chain_of(case_id: int) -> str:
    """The name of a case's chain."""
    return f"case:{case_id}"


def canonical(chain: str, seq: int, entry: Entry) -> bytes:
    """The bytes that a digest covers; the same on every machine and for ever."""
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    content = [chain, seq, at, entry.actor, entry.on_behalf_of, entry.action, entry.object, entry.fields]
    return CANONICAL.encode(content).encode()


def digest_of(previous: bytes, chain: str, seq: int, entry: Entry) -> bytes:
    """The digest of an entry at this place after that digest."""
    return sha256(previous + canonical(chain, seq, entry)).digest()


def extend(chain: str, head: bytes, length: int, entries: Iterable[Entry]) -> list[Linked]:
    """The entries as the next rows of a chain that now ends with `head`."""
    linked = []
    previous = head
    for seq, entry in enumerate(entries, start=length + 1):
        digest = digest_of(previous, chain, seq, entry)
        linked.append(Linked(seq, entry, previous, digest))
        previous = digest
    return linked


def keyed_hash(value: object) -> str:
    """A hash of a value that only the holder of the key can compare with; 32 hexadecimal digits."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, cls=DjangoJSONEncoder)
    return hmac.digest(_key(), text.encode(), "sha256").hex()[:32]


def keyed_hashes(values: Mapping[str, Any]) -> dict[str, str]:
    """Names with the keyed hashes of their values."""
    return {name: keyed_hash(value) for name, value in values.items()}


def _key() -> bytes:
    return _derived(getattr(settings, "AUDIT_KEY", "") or settings.SECRET_KEY)


@cache
def _derived(secret: str) -> bytes:
    return hmac.digest(secret.encode(), _PURPOSE, "sha256")
