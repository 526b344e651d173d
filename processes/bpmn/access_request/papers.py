"""Keeps the papers of a request as documents of its case; a paper that says the same is kept once."""

from collections.abc import Callable
from datetime import date
from typing import Final

from cases import forms
from cases.documents import newest, says, store_letter
from cases.models import Case
from cases.pdf import Letter
from engine.handlers import HandlerContext
from registries.models import Person

from .documents import (
    application,
    application_input,
    certificate,
    certificate_input,
    commitment,
    commitment_input,
)
from .request import Request, day_of
from .sources import roles_held

APPLICATION: Final = "access.application"
COMMITMENT: Final = "access.commitment"
CERTIFICATE: Final = "access.certificate"
TITLES: Final = {
    APPLICATION: ("Iesniegums", "Application"),
    COMMITMENT: ("Saistību raksts", "Letter of commitment"),
}
FILES: Final = {APPLICATION: "iesniegums", COMMITMENT: "saistibu-raksts"}


def prepare_application(case: Case, request: Request, person: Person, context: HandlerContext) -> None:
    """The head's application as it stands, ready to be signed."""
    certified = _sentences(case, "confirm_request")
    _keep(
        case,
        APPLICATION,
        lambda on: application(application_input(case, request, person, on, certified)),
        context,
        form_key="confirm_request",
    )


def prepare_commitment(case: Case, request: Request, person: Person, context: HandlerContext) -> None:
    """The user's letter of commitment, ready to be signed."""
    commitments = _sentences(case, "accept_commitment")
    _keep(
        case,
        COMMITMENT,
        lambda on: commitment(commitment_input(case, request, person, on, commitments)),
        context,
        form_key="accept_commitment",
    )


def write_certificate(case: Case, person: Person, context: HandlerContext) -> None:
    """What the person may do from the day of the decision on; nothing for who holds no role."""
    on = day_of(case.decided_at or context.now)
    grants = roles_held(person, case.organisation, on)
    if not grants:
        return
    store_letter(
        case,
        certificate(certificate_input(case, person, grants, on)),
        kind=CERTIFICATE,
        title_lv="Izziņa par pieejas tiesībām",
        title_en="Certificate of access",
        file_name=f"{case.number}-izzina.pdf",
        now=context.now,
        natural_key=f"{CERTIFICATE}:{context.job_id}",
    )


def _sentences(case: Case, form_key: str) -> tuple[str, ...]:
    """What has to be ticked in the form, in its own words: the paper says what the form says."""
    form = forms.load(case.instance.definition, form_key)
    return tuple(field.label_lv for field in form.fields if field.kind == "bool" and field.required)


def _keep(
    case: Case, kind: str, written: Callable[[date], Letter], context: HandlerContext, *, form_key: str
) -> None:
    stands = newest(case, kind)
    if stands is not None and says(stands, written(day_of(stands.given_at))):
        return
    latvian, english = TITLES[kind]
    store_letter(
        case,
        written(day_of(context.now)),
        kind=kind,
        title_lv=latvian,
        title_en=english,
        file_name=f"{case.number}-{FILES[kind]}.pdf",
        now=context.now,
        natural_key=f"{kind}:{context.job_id}",
        form_key=form_key,
    )
