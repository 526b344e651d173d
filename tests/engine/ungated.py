"""Versions that come past the gate, as a fault of it would let them: what the engine itself must bear."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from time import monotonic

from engine import clock
from engine.models import ProcessDefinition

# Ten times what a step may take: only a hang is slower.
PATIENCE = 20.0


def put(files: Mapping[str, bytes], key: str = "process") -> ProcessDefinition:
    """The row of a version, without anybody having looked at it."""
    texts = {name: content.decode() for name, content in files.items()}
    digest = sha256(repr(sorted(texts.items())).encode()).hexdigest()
    version = ProcessDefinition.objects.filter(key=key).count() + 1
    return ProcessDefinition.objects.create(
        key=key, version=version, digest=digest, name="", name_en="", files=texts, deployed_at=clock.now()
    )


@contextmanager
def without_hanging() -> Iterator[None]:
    """Fails if what runs inside takes longer than anybody would wait."""
    began = monotonic()
    yield
    assert monotonic() - began < PATIENCE
