"""Checks an uploaded file as the signed form of a paper of the case, and keeps what was found."""

from datetime import datetime

from cases import audit
from cases.models import Document, Signature
from cases.uploads import UploadRefused
from registries.codes import mask_code
from registries.models import PersonCode

from .results import Expected, Indication, Result
from .validation import validate


def check(paper: Document | None, person_id: int, content_type: str, content: bytes, now: datetime) -> Result:
    """What the signature is worth; UploadRefused with `signature_` and the reason if it is no good."""
    if paper is None:
        raise UploadRefused("signature_no_paper")
    codes = PersonCode.objects.filter(person_id=person_id).values_list("code", flat=True)
    expected = Expected(bytes(paper.blob.content), frozenset(codes))
    try:
        result = validate(content_type, content, expected, now=now)
    except LookupError:
        raise UploadRefused("signature_type") from None
    if result.indication == Indication.TOTAL_FAILED:
        raise UploadRefused(f"signature_{result.code}")
    return result


def keep(document: Document, paper: Document, person_id: int, result: Result, now: datetime) -> Signature:
    """The row of the document's signature; validated again, it has the newest result."""
    row, _new = Signature.objects.update_or_create(
        document=document,
        defaults={
            "paper": paper,
            "person_id": person_id,
            "indication": result.indication.value,
            "code": result.code,
            "signer_name": result.signer_name,
            "signer_masked": mask_code(result.signer_code),
            "signer_key": audit.keyed_hash(result.signer_code) if result.signer_code else "",
            "signed_at": result.signed_at,
            "trust": result.trust,
            "validated_at": now,
        },
    )
    fields = {
        "indication": row.indication,
        "code": row.code,
        "paper": str(paper.public_id),
        "signer": row.signer_key,
        "trust": row.trust,
    }
    audit.record(document.case, document.author, "signature.validated", _about(document), fields, now)
    return row


def _about(document: Document) -> str:
    return f"document:{document.public_id}"
