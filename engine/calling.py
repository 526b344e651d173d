"""What processes call: the files of the called ones are kept with a version, so that it never changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from engine.core.parser import CALLS, called_by
from engine.models import ProcessDefinition

Content = TypeVar("Content", bytes, str)


def own(files: Mapping[str, Content]) -> dict[str, Content]:
    """The files of the folder itself, without those of what it calls."""
    return {name: content for name, content in files.items() if not name.startswith(CALLS)}


def bound(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files with those of the current version of everything that is called, also by what is called."""
    found = own(files)
    open_ends = list(called_by(found))
    seen: set[str] = set()
    while open_ends:
        key = open_ends.pop()
        if key in seen:
            continue
        seen.add(key)
        called = _current(key)
        found |= {f"{CALLS}{key}/{name}": content for name, content in called.items()}
        open_ends += called_by(called)
    return found


def callers(key: str) -> Iterator[dict[str, bytes]]:
    """The own files of the current version of every process that calls this one, directly or by others."""
    versions = ProcessDefinition.objects.order_by("key", "-deployed_at", "-version").distinct("key")
    for row in versions:
        if row.key != key and any(name.startswith(f"{CALLS}{key}/") for name in row.files):
            yield own(as_bytes(row.files))


def called_first(folders: Mapping[Path, Mapping[str, bytes]]) -> list[Path]:
    """The folders in their order, but each after those that it calls and that are among them."""
    calls = {folder: called_by(files) for folder, files in folders.items()}
    by_key = {folder.name: folder for folder in folders}
    placed: dict[Path, None] = {}

    def place(folder: Path, calling: Sequence[Path]) -> None:
        for key in calls[folder]:
            if key in by_key and by_key[key] not in calling:
                place(by_key[key], (*calling, folder))
        placed.setdefault(folder)

    for folder in folders:
        place(folder, (folder,))
    return list(placed)


def _current(key: str) -> dict[str, bytes]:
    row = ProcessDefinition.objects.filter(key=key).order_by("-deployed_at", "-version").first()
    return own(as_bytes(row.files)) if row is not None else {}


def as_bytes(files: Mapping[str, str]) -> dict[str, bytes]:
    """The files as they were before they were stored as texts."""
    return {name: text.encode() for name, text in files.items()}
