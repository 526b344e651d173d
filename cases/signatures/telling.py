"""What people are told of a kept signature, in both languages."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, cast

from cases.models import Document, Signature

from .results import Code, Indication
from .trust import DEMONSTRATION
from .words import WORDS

_DEMONSTRATION: Final = (
    "Demonstrācijas paraksts: īstā vidē tas neder.",
    "A demonstration signature: it is worth nothing anywhere else.",
)


@dataclass(frozen=True, slots=True)
class Told:
    """A signature in words: `mark` says how it stands, the rest says it without colour."""

    mark: Literal["passed", "open"]
    short_lv: str
    short_en: str
    text_lv: str
    text_en: str
    signer: str
    masked: str
    signed_at: datetime | None
    trust_lv: str
    trust_en: str
    is_demonstration: bool


def told(signature: Signature) -> Told:
    """The signature in words."""
    words = WORDS[cast("Code", signature.code)]
    passed = signature.indication == Indication.TOTAL_PASSED
    trust_lv, trust_en = _DEMONSTRATION if signature.trust == DEMONSTRATION else (signature.trust,) * 2
    return Told(
        mark="passed" if passed else "open",
        short_lv=words.short_lv,
        short_en=words.short_en,
        text_lv=words.lv,
        text_en=words.en,
        signer=signature.signer_name,
        masked=signature.signer_masked,
        signed_at=signature.signed_at,
        trust_lv=trust_lv,
        trust_en=trust_en,
        is_demonstration=signature.trust == DEMONSTRATION,
    )


def of_document(document: Document) -> Told | None:
    """What is told of the document's signature, if it has one that was validated."""
    try:
        return told(document.signature)
    except Signature.DoesNotExist:
        return None
