"""The request as values: what was asked, for whom, and what has been agreed to since."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from cases.errors import FormInvalid
from cases.models import Answer, Case
from cases.services.handlers_api import answers_of
from registries.codes import normalise_personal_code
from registries.errors import PersonalCodeTaken
from registries.models import Person
from registries.queries import person_with_code
from registries.services import register_person
from registries.text import fold

from .sources import DECLARED
from .words import wrong

FORM: Final = "access_request"
RIGA: Final = ZoneInfo("Europe/Riga")


@dataclass(frozen=True, slots=True)
class Request:
    """What the newest version of the request says."""

    kind: str
    person: str
    roles: tuple[str, ...]
    valid_until: date | None
    reason: str
    answers: Mapping[str, Any]

    @property
    def is_declared(self) -> bool:
        """Whether the head named somebody whom the register does not list as employed."""
        return self.person == DECLARED


def request_of(case: Case) -> Request:
    """The request as it stands."""
    return _request(answers_of(case, FORM))


def _request(answers: Mapping[str, Any]) -> Request:
    until = answers.get("valid_until")
    return Request(
        kind=answers["kind"],
        person=answers["person"],
        roles=tuple(sorted(answers.get("roles", ()))),
        valid_until=date.fromisoformat(until) if until else None,
        reason=answers["reason"],
        answers=answers,
    )


def day_of(moment: datetime) -> date:
    """The day in Riga."""
    return moment.astimezone(RIGA).date()


def person_of(request: Request) -> Person:
    """The person whom the request is about, entered in the register if declared by the head; FormInvalid."""
    if not request.is_declared:
        return Person.objects.get(public_id=request.person)
    found = person_with_code(request.answers["personal_code"]) or _registered(request.answers)
    if fold(str(found)) != fold("{given_name} {family_name}".format(**request.answers)):
        raise FormInvalid((wrong("personal_code", "other_name"),))
    return found


def _registered(answers: Mapping[str, Any]) -> Person:
    """The declared person, new in the register, or just entered by a request sent at the same instant."""
    code = normalise_personal_code(answers["personal_code"])
    try:
        return register_person(
            given_name=answers["given_name"],
            family_name=answers["family_name"],
            personal_code=code,
            email=answers.get("email", ""),
            phone=answers.get("phone", ""),
        )
    except PersonalCodeTaken:
        return Person.objects.get(codes__code=code)


def agreed(case: Case, form: str, request: Request) -> Mapping[str, Any] | None:
    """The newest answer to `form` if nobody else and nothing wider is asked for since then; else nothing."""
    answer = _agreement(case, form, request)
    return answer.content if answer else None


def agreed_on(case: Case, form: str, request: Request) -> date | None:
    """The day of that agreement, if it still holds and was a yes."""
    return answered_on(case, form, request, "yes")


def answered_on(case: Case, form: str, request: Request, agrees: str) -> date | None:
    """The day of the answer to `form` that still holds, if it was this one: yes or no."""
    answer = _agreement(case, form, request)
    if answer is None or answer.content.get("agrees", "yes") != agrees:
        return None
    return day_of(answer.given_at)


def _agreement(case: Case, form: str, request: Request) -> Answer | None:
    answer = Answer.objects.filter(case=case, form_key=form).order_by("-id").first()
    if answer is None:
        return None
    before = Answer.objects.filter(case=case, form_key=FORM, id__lt=answer.pk).order_by("-id").first()
    if before is None or not _covers(_request(before.content), request):
        return None
    return answer


def _covers(before: Request, now: Request) -> bool:
    """Whether who agreed to the earlier request agreed to this one too: same person, no role or day more."""
    return (
        (before.kind, *_whom(before)) == (now.kind, *_whom(now))
        and set(now.roles) <= set(before.roles)
        and (now.valid_until or date.max) <= (before.valid_until or date.max)
    )


def _whom(request: Request) -> tuple[object, ...]:
    code = normalise_personal_code(request.answers["personal_code"]) if request.is_declared else ""
    return request.person, code
