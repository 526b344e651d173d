"""What a validation is asked and what it answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import TextChoices


class Indication(TextChoices):
    """The three answers of a validation, with the words of the European standard for them."""

    TOTAL_PASSED = "TOTAL_PASSED"
    TOTAL_FAILED = "TOTAL_FAILED"
    INDETERMINATE = "INDETERMINATE"


Code = Literal[
    "valid",
    # Why a signature is no good.
    "changed",
    "other_signer",
    "expired",
    "not_yet_valid",
    "not_trusted",
    "revoked",
    "not_signed",
    "damaged",
    "other_document",
    # Why it cannot be said.
    "not_validated",
    "container",
    "revocation_unknown",
    "additions",
    "other_signature",
    "covering",
    "time_unclear",
]


@dataclass(frozen=True, slots=True)
class Expected:
    """The bytes that were given to be signed, and the personal codes of the one who has to sign them."""

    paper: bytes
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Result:
    """What was found; the signer's code has eleven digits and is kept nowhere whole.

    `trust` is the name of the trust list that the signer's certificate belongs to, if to one.
    """

    indication: Indication
    code: Code
    signer_name: str = ""
    signer_code: str = ""
    signed_at: datetime | None = None
    trust: str = ""


def failed(code: Code) -> Result:
    """A signature that is no good, whoever gave it."""
    return Result(Indication.TOTAL_FAILED, code)


def undecided(code: Code) -> Result:
    """A signature of which nothing can be said."""
    return Result(Indication.INDETERMINATE, code)
