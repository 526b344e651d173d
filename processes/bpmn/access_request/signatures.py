"""The signatures of a request: which nobody has validated, and which still hold after a correction."""

from collections.abc import Mapping
from typing import Any

from cases.documents import newest
from cases.forms import FormContext, condition, prefill_source
from cases.models import Case, Signature
from cases.services.handlers_api import answers_of
from cases.signatures.results import Indication

from .papers import APPLICATION
from .request import agreed, request_of


@condition("access.signatures_open")
def has_open_signatures(context: FormContext) -> bool:
    """Whether the officer has to say how a signature of the request as it stands was checked."""
    case = context.case
    commitment = agreed(case, "accept_commitment", request_of(case))
    given = (commitment, answers_of(case, "confirm_request"))
    return any(_is_open(case, answers) for answers in given if answers)


def _is_open(case: Case, answers: Mapping[str, Any]) -> bool:
    """Whether it was signed on paper, or so that it could not be validated."""
    if answers.get("how") == "paper":
        return True
    found = _signature(case, answers)
    return found is None or found.indication != Indication.TOTAL_PASSED


def _signature(case: Case, answers: Mapping[str, Any]) -> Signature | None:
    if "file" not in answers:
        return None
    rows = Signature.objects.select_related("document", "paper").filter(document__case=case)
    return rows.filter(document__public_id=answers["file"]).first()


@prefill_source("access.signed_application")
def signed_application(context: FormContext) -> str:
    """The head's signed application, if it is still the one to sign."""
    found = _signature(context.case, answers_of(context.case, "confirm_request"))
    paper = newest(context.case, APPLICATION)
    if found is None or paper is None or found.person_id != context.user.person_id:
        return ""
    return str(found.document.public_id) if found.paper.blob_id == paper.blob_id else ""


@prefill_source("access.signed_how")
def signed_how(context: FormContext) -> str:
    """How it was signed, if that signature still holds."""
    return "sign" if signed_application(context) else ""
