"""Documents of a case: kept once under the sha256 of their bytes, seen by whoever sees the case."""

from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction

from accounts.scope import Scope
from cases import audit
from cases.errors import NotFound
from cases.models import Blob, Case, Document
from cases.uploads import LARGEST, UploadRefused, check_upload, safe_file_name
from engine.models import Task

__all__ = ["LARGEST", "UploadRefused", "attach", "check_upload", "documents_of", "read", "store"]

LETTER: Final = "application/pdf"


@transaction.atomic
def store(
    case: Case,
    *,
    kind: str,
    title_lv: str,
    title_en: str,
    file_name: str,
    content: bytes,
    author: str,
    now: datetime,
    natural_key: str,
    task: Task | None = None,
    content_type: str = LETTER,
) -> Document:
    """The document; a repeat with the same natural key gives the one that stands. Versions count per kind."""
    found = Document.objects.filter(natural_key=natural_key).first()
    if found is not None:
        return found
    digest = sha256(content).hexdigest()
    Blob.objects.bulk_create(
        [Blob(sha256=digest, size=len(content), content=content, stored_at=now)], ignore_conflicts=True
    )
    earlier = Document.objects.filter(case=case, kind=kind).count()
    document = Document(
        case=case,
        task=task,
        kind=kind,
        title_lv=title_lv[:200],
        title_en=title_en[:200],
        file_name=safe_file_name(file_name),
        content_type=content_type,
        blob_id=digest,
        version=earlier + 1,
        author=author,
        given_at=now,
        natural_key=natural_key[:100],
    )
    Document.objects.bulk_create([document], ignore_conflicts=True)
    stands = Document.objects.get(natural_key=natural_key[:100])
    if stands.public_id == document.public_id:
        fields = {"kind": kind, "version": stands.version, "sha256": digest}
        audit.record(case, author, "document.added", f"document:{stands.public_id}", fields, now)
    return stands


def attach(
    case: Case,
    *,
    task: Task,
    field: str,
    title_lv: str,
    title_en: str,
    name: str,
    content: bytes,
    author: str,
    now: datetime,
) -> Document:
    """An uploaded file as a document of the task; UploadRefused. The same bytes twice are one document."""
    content_type = check_upload(name, content)
    digest = sha256(content).hexdigest()
    same = Document.objects.filter(
        case=case, task=task, kind=f"upload.{field}", blob_id=digest, author=author
    )
    return same.first() or store(
        case,
        kind=f"upload.{field}",
        title_lv=title_lv,
        title_en=title_en,
        file_name=name,
        content=content,
        author=author,
        now=now,
        natural_key=f"upload:{task.pk}:{field}:{uuid4().hex}",
        task=task,
        content_type=content_type,
    )


def documents_of(case: Case) -> tuple[Document, ...]:
    """The documents of a case in the order they came."""
    return tuple(Document.objects.filter(case=case).defer("blob__content").order_by("given_at", "id"))


def read(scope: Scope, public_id: UUID) -> tuple[Document, bytes]:
    """A document and its bytes; NotFound for a foreign one as for a missing one. Either is recorded."""
    visible = Document.objects.visible_to(scope)
    found = visible.select_related("blob", "case").filter(public_id=public_id).first()
    if found is None:
        refusal = NotFound()
        audit.record_refusal(scope.actor, "document.read", f"document:{public_id}", refusal)
        raise refusal
    audit.record_read(scope.actor, f"document:{public_id}", {"case": str(found.case.public_id)})
    return found, bytes(found.blob.content)
