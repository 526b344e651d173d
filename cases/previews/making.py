"""Previews: drawn when first looked at, kept under the sha256 of the file, shown to who may read the file."""

import subprocess
import sys
from pathlib import Path
from typing import Final
from uuid import UUID

import structlog

from accounts.scope import Scope
from cases import audit
from cases.documents import found_readable
from cases.errors import NotFound
from cases.models import Blob, Preview
from cases.permissions import concerned
from cases.uploads import JPEG, PDF, PNG
from engine import clock

DRAWN: Final = frozenset({PDF, PNG, JPEG})
PROGRAM: Final = Path(__file__).with_name("drawing.py")
SECONDS: Final = 15
LARGEST: Final = 4 * 1024 * 1024
log = structlog.get_logger("viis.previews")


def preview(scope: Scope, public_id: UUID) -> tuple[str, bytes]:
    """The sha256 of the document's file and its first page as PNG; NotFound if there is none.

    FileNotChecked, FileHarmful. The reading is in the audit.
    """
    document = found_readable(scope, public_id)
    kept = Preview.objects.filter(blob_id=document.blob_id).first()
    picture = bytes(kept.content) if kept else _drawn(document.blob, document.content_type)
    if not picture:
        raise NotFound
    fields = {"case": str(document.case.public_id), "as": "preview"}
    audit.record_read(scope.actor, f"document:{public_id}", fields, persons=concerned(document.case))
    return document.blob_id, picture


def _drawn(blob: Blob, content_type: str) -> bytes:
    """The picture, now kept; empty, and kept as such, for a file of which none can be made."""
    picture = draw(bytes(blob.content), content_type) if content_type in DRAWN else b""
    Preview.objects.bulk_create(
        [Preview(blob=blob, content=picture, made_at=clock.now())], ignore_conflicts=True
    )
    return picture


def draw(content: bytes, content_type: str) -> bytes:
    """The first page as PNG; empty if it cannot be drawn within the limits of time and memory."""
    try:
        done = subprocess.run(  # noqa: S603 (our own program)
            [sys.executable, "-I", str(PROGRAM), content_type],
            input=content,
            capture_output=True,
            timeout=SECONDS,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        log.warning("preview", result="late")
        return b""
    if done.returncode or len(done.stdout) > LARGEST:
        log.warning("preview", result="none", code=done.returncode)
        return b""
    return done.stdout
