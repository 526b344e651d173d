"""Compiles translation catalogues (.po to .mo) where gettext's own tool is not installed."""

from __future__ import annotations

import ast
import os
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from config.launcher.errors import ROOT

LOCALE = ROOT / "locale"
MAGIC = 0x950412DE
HEADER_WORDS = 7


@dataclass
class Entry:
    """One message of a catalogue; a translation per plural form."""

    texts: dict[str, str] = field(default_factory=dict)
    is_fuzzy: bool = False

    @property
    def key(self) -> str:
        """What gettext looks the message up by."""
        context = f"{self.texts['msgctxt']}\x04" if "msgctxt" in self.texts else ""
        plural = f"\x00{self.texts['msgid_plural']}" if "msgid_plural" in self.texts else ""
        return context + self.texts.get("msgid", "") + plural

    @property
    def forms(self) -> list[str]:
        """The translations, in the order of the plural forms."""
        return [text for name, text in sorted(self.texts.items()) if name.startswith("msgstr")]


def compile_all(folder: Path = LOCALE) -> list[Path]:
    """Compile every catalogue that is newer than its .mo and return what was written."""
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime_ns < source.stat().st_mtime_ns:
            # Renamed into place: a server that starts meanwhile reads the old one or the new one.
            aside = target.with_suffix(f".mo.{os.getpid()}")
            aside.write_bytes(compiled(entries(source)))
            aside.replace(target)
            written.append(target)
    return written


def entries(source: Path) -> list[Entry]:
    """The messages of a .po file."""
    found = [Entry()]
    name = ""
    for line, text in enumerate(source.read_text(encoding="utf-8").splitlines(), start=1):
        stripped = text.strip()
        if stripped.startswith("#") or not stripped:
            name = ""
            if "msgid" in found[-1].texts:
                found.append(Entry())
            found[-1].is_fuzzy |= stripped.startswith("#,") and "fuzzy" in stripped
            continue
        keyword, quote, rest = stripped.partition('"')
        if keyword.strip():
            name = keyword.strip()
            starts_new = name in ("msgid", "msgctxt") and "msgid" in found[-1].texts
            if starts_new:
                found.append(Entry())
            found[-1].texts[name] = ""
        if not quote or not name:
            raise ValueError(f"{source}:{line}: not a line of a catalogue: {text}")
        found[-1].texts[name] += ast.literal_eval(quote + rest)
    return [entry for entry in found if "msgid" in entry.texts]


def compiled(messages: list[Entry]) -> bytes:
    """The .mo file of the translated messages."""
    pairs = sorted(_translated(messages))
    ids = [key.encode() for key, _ in pairs]
    texts = [text.encode() for _, text in pairs]
    ids_at = HEADER_WORDS * 4
    texts_at = ids_at + 8 * len(pairs)
    content_at = texts_at + 8 * len(pairs)
    index, content = [], b""
    for item in (*ids, *texts):
        index.append(struct.pack("<II", len(item), content_at + len(content)))
        content += item + b"\x00"
    head = struct.pack("<7I", MAGIC, 0, len(pairs), ids_at, texts_at, 0, content_at)
    return head + b"".join(index) + content


def _translated(messages: list[Entry]) -> Iterator[tuple[str, str]]:
    for entry in messages:
        is_header = entry.key == ""
        if is_header or (not entry.is_fuzzy and any(entry.forms)):
            yield entry.key, "\x00".join(entry.forms)


if __name__ == "__main__":
    for path in compile_all():
        sys.stdout.write(f"{path}\n")
