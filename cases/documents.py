"""Documents of a case: kept once under the sha256 of their bytes, seen by whoever sees the case."""

from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction

from accounts.actors import Actor
from accounts.scope import Scope
from cases import audit, scanning
from cases.errors import FileHarmful, FileNotChecked, NotFound
from cases.models import Blob, Case, Document
from cases.pdf import Letter, from_json, render, settled, to_json
from cases.permissions import concerned
from cases.signatures import keeping
from cases.signatures.results import Result
from cases.uploads import LARGEST, UploadRefused, check_upload, safe_file_name
from engine.models import Task

__all__ = [
    "LARGEST",
    "UploadRefused",
    "attach",
    "check_upload",
    "documents_of",
    "found_readable",
    "newest",
    "read",
    "read_letter",
    "says",
    "store",
    "store_letter",
]

PDF: Final = "application/pdf"


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
    content_type: str = PDF,
    form_key: str = "",
    letter: Letter | None = None,
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
        form_key=form_key,
        letter=to_json(settled(letter)) if letter else None,
    )
    Document.objects.bulk_create([document], ignore_conflicts=True)
    stands = Document.objects.get(natural_key=natural_key[:100])
    if stands.public_id == document.public_id:
        fields = {"kind": kind, "version": stands.version, "sha256": digest}
        audit.record(case, author, "document.added", f"document:{stands.public_id}", fields, now)
    return stands


def store_letter(
    case: Case,
    letter: Letter,
    *,
    kind: str,
    title_lv: str,
    title_en: str,
    file_name: str,
    now: datetime,
    natural_key: str,
    form_key: str = "",
) -> Document:
    """The letter as a PDF in the case, what it says beside it; the same natural key gives the same one."""
    return store(
        case,
        kind=kind,
        title_lv=title_lv,
        title_en=title_en,
        file_name=file_name,
        content=render(letter),
        author="system",
        now=now,
        natural_key=natural_key,
        form_key=form_key,
        letter=letter,
    )


def newest(case: Case, kind: str) -> Document | None:
    """The latest version of a kind of document."""
    return Document.objects.filter(case=case, kind=kind).order_by("-version").first()


def says(document: Document, letter: Letter) -> bool:
    """Whether the document is this letter, word for word."""
    return document.letter == to_json(settled(letter))


def attach(
    case: Case,
    *,
    task: Task,
    field: str,
    title_lv: str,
    title_en: str,
    name: str,
    content: bytes,
    author: Actor,
    now: datetime,
    signs: str = "",
) -> Document:
    """An uploaded file as a document of the task; UploadRefused. The same bytes twice are one document.

    With `signs` it must be the newest document of that kind in the case, signed by the author.
    """
    content_type = check_upload(name, content)
    paper, result = _signed(case, signs, author, content_type, content, now)
    kind = f"signed.{signs}" if signs else f"upload.{field}"
    same = Document.objects.filter(
        case=case,
        task=task,
        kind=kind,
        blob_id=sha256(content).hexdigest(),
        author=author.name,
    )
    document = same.first() or store(
        case,
        kind=kind,
        title_lv=title_lv,
        title_en=title_en,
        file_name=name,
        content=content,
        author=author.name,
        now=now,
        natural_key=f"upload:{task.pk}:{field}:{uuid4().hex}",
        task=task,
        content_type=content_type,
    )
    scanning.ask_for_scan(document.blob, now)
    if paper is not None and result is not None and author.person_id is not None:
        keeping.keep(document, paper, author.person_id, result, now)
    return document


def _signed(
    case: Case, kind: str, author: Actor, content_type: str, content: bytes, now: datetime
) -> tuple[Document | None, Result | None]:
    """The paper that had to be signed and what the signature is worth; nothing where nothing had to be."""
    if not kind:
        return None, None
    paper = newest(case, kind)
    if paper is None or author.person_id is None:
        raise UploadRefused("signature_no_paper")
    return paper, keeping.check(paper, author.person_id, content_type, content, now)


def documents_of(case: Case) -> tuple[Document, ...]:
    """The documents of a case in the order they came."""
    return tuple(Document.objects.filter(case=case).defer("blob__content").order_by("given_at", "id"))


def read(scope: Scope, public_id: UUID) -> tuple[Document, bytes]:
    """A document and its bytes; NotFound for a foreign one as for a missing one. Either is recorded."""
    found = found_readable(scope, public_id)
    fields = {"case": str(found.case.public_id)}
    audit.record_read(scope.actor, f"document:{public_id}", fields, persons=concerned(found.case))
    return found, bytes(found.blob.content)


def read_letter(scope: Scope, public_id: UUID) -> tuple[Document, Letter]:
    """A letter of ours and what it says; NotFound for any other document. Either is recorded."""
    found = _found(scope, public_id, letter__isnull=False)
    fields = {"case": str(found.case.public_id), "as": "page"}
    audit.record_read(scope.actor, f"document:{public_id}", fields, persons=concerned(found.case))
    return found, from_json(found.letter or {})


def found_readable(scope: Scope, public_id: UUID) -> Document:
    """A visible document whose file may be read; NotFound, FileNotChecked, FileHarmful."""
    found = _found(scope, public_id)
    if scanning.is_open(found):
        return found
    refusal = FileHarmful() if found.blob.scan == Blob.Scan.HARMFUL else FileNotChecked()
    audit.record_refusal(scope.actor, "document.read", f"document:{public_id}", refusal)
    raise refusal


def _found(scope: Scope, public_id: UUID, **conditions: bool) -> Document:
    visible = Document.objects.visible_to(scope).select_related("blob", "case__applicant")
    found = visible.filter(public_id=public_id, **conditions).first()
    if found is None:
        refusal = NotFound()
        audit.record_refusal(scope.actor, "document.read", f"document:{public_id}", refusal)
        raise refusal
    return found
