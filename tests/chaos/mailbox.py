"""What the product mailed: files in a folder, from which people take their newest one-time link."""

from __future__ import annotations

import email
import re
import threading
from collections import Counter
from dataclasses import dataclass, field
from email.policy import default
from pathlib import Path

LINK = re.compile(r"https?://[^\s\"<>]+/saite/[A-Za-z0-9_-]+/")


@dataclass(slots=True)
class Mailbox:
    """The folder that the mail backend writes to; every file is read once."""

    folder: Path
    links: dict[str, list[str]] = field(default_factory=dict)
    keys: Counter[str] = field(default_factory=Counter)
    _read: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def newest_link(self, address: str) -> str:
        """The link of the last mail to this address; empty while there is none."""
        with self._lock:
            self._look()
            found = self.links.get(address.lower(), [])
        return found[-1] if found else ""

    def all_keys(self) -> Counter[str]:
        """How often a mail of each key has come; the key is what a mail server knows a repeat by."""
        with self._lock:
            self._look()
            return Counter(self.keys)

    def _look(self) -> None:
        fresh = [path for path in self.folder.glob("*.eml") if path.name not in self._read]
        for path in sorted(fresh, key=lambda one: one.stat().st_mtime_ns):
            self._read.add(path.name)
            self._take(path.read_bytes())

    def _take(self, content: bytes) -> None:
        message = email.message_from_bytes(content, policy=default)
        self.keys[str(message["Message-ID"]).strip().lstrip("<").partition("@")[0]] += 1
        body = message.get_body(("plain", "html"))
        link = LINK.search(body.get_content()) if body is not None else None
        if link is not None:
            self.links.setdefault(str(message["To"]).strip().lower(), []).append(link.group())
