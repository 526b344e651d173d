"""The scanner port: an uploaded file is read only after the configured scanner found nothing in it."""

from __future__ import annotations

import socket
import struct
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

from cases.models import Blob, Document
from engine import clock, jobs
from engine.handlers import HandlerContext, handler

SCAN: Final = "documents.scan"
SECONDS: Final = 60
PIECE: Final = 64 * 1024


class ScannerFailed(Exception):
    """The scanner gave no answer that says whether the file is harmless."""


def is_configured() -> bool:
    """Whether a scanner reads what people upload."""
    return bool(settings.SCANNER)


def is_open(document: Document) -> bool:
    """Whether the file may be read: our own letters always, uploads as the scanner and the settings say."""
    if not document.kind.startswith("upload."):
        return True
    if document.blob.scan == Blob.Scan.HARMFUL:
        return False
    if document.blob.scan == Blob.Scan.CLEAN:
        return True
    return not is_configured() and bool(settings.UNSCANNED_ALLOWED)


def ask_for_scan(blob: Blob, now: datetime) -> None:
    """Ask for the file to be scanned, once, if there is a scanner."""
    if is_configured() and blob.scan == Blob.Scan.NONE:
        jobs.enqueue(SCAN, arguments={"sha256": blob.pk}, now=now, natural_key=f"{SCAN}:{blob.pk}")


@handler(SCAN, runs="job", repeat="safe", title=("Faila pārbaude ar skeneri", "Scanning a file"))
def scan_file(context: HandlerContext) -> Mapping[str, object] | None:
    """Keeps what the scanner says about a file; without an answer the job is tried again."""
    blob = Blob.objects.get(pk=context.arguments["sha256"])
    blob.scan = Blob.Scan.HARMFUL if scan(bytes(blob.content)) else Blob.Scan.CLEAN
    blob.scanned_at = clock.now()
    blob.save(update_fields=["scan", "scanned_at"])
    return None


def scan(content: bytes) -> str:
    """The name of what was found, empty if nothing was; ScannerFailed, OSError."""
    with _connected(settings.SCANNER) as line:
        line.sendall(b"zINSTREAM\0")
        for at in range(0, len(content), PIECE):
            piece = content[at : at + PIECE]
            line.sendall(struct.pack("!I", len(piece)) + piece)
        line.sendall(struct.pack("!I", 0))
        answer = b""
        while not answer.endswith(b"\0") and (part := line.recv(4096)):
            answer += part
    said = answer.rstrip(b"\0\n").decode("ascii", "replace")
    if said == "stream: OK":
        return ""
    if said.startswith("stream: ") and said.endswith(" FOUND"):
        return said.removeprefix("stream: ").removesuffix(" FOUND")
    raise ScannerFailed(said[:100])


def _connected(address: str) -> socket.socket:
    """A line to clamd at `clamd://host:port` or `clamd:///path/of/its/socket`."""
    parts = urlsplit(address)
    if parts.hostname:
        return socket.create_connection((parts.hostname, parts.port or 3310), timeout=SECONDS)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line.settimeout(SECONDS)
    line.connect(parts.path)
    return line
