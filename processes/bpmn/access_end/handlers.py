"""What happens at the service tasks of the end of access."""

from collections.abc import Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

from accounts.basis import roles_to_end, standing
from accounts.models import RoleGrant
from accounts.words import role_name
from cases.documents import store_letter
from cases.heads import above, head_group
from cases.models import Case
from cases.notifications import notify
from cases.people import persons_in
from cases.services.handlers_api import case_of, set_outcome
from cases.services.leaving import end_roles, give_back_tasks
from engine.handlers import HandlerContext, handler
from registries.models import Employment, Organisation, Person
from registries.queries import head_of

from . import messages as _messages  # registers the words of the process's messages
from . import starting as _starting  # registers when the process starts
from .documents import Notice, notice

del _messages, _starting

RIGA: Final = ZoneInfo("Europe/Riga")
NOTICE: Final = "access_end.notice"


@handler("access_end.end_roles", runs="in_step")
def end_the_roles(context: HandlerContext) -> Mapping[str, Any]:
    """Ends the roles that the registers give no reason for; says who answers if nobody is left."""
    case = case_of(context)
    person = _person(case)
    day = context.variables["day"]
    grants = roles_to_end(person, case.organisation, day=day, was_head=context.variables["was_head"])
    end_roles(case, person, grants, actor=context.actor, now=context.now)
    set_outcome(case, _why(person, case.organisation, day))
    role, place = above(case.organisation, without={person.pk})
    return {"founder": place.pk, "founder_role": str(role)}


def _why(person: Person, organisation: Organisation, day: Any) -> str:
    if organisation.status != Organisation.Status.ACTIVE:
        return "closed"
    works = Employment.objects.on(day).filter(person=person, organisation=organisation).exists()
    return "head" if works else "employment"


@handler("access_end.notice", runs="job", repeat="keyed")
def give_notice(context: HandlerContext) -> None:
    """Writes the notice once, and tells the person and those who lead the institution."""
    case = Case.objects.select_related("organisation", "subject").get(instance_id=context.instance_id)
    person = _person(case)
    ended = RoleGrant.objects.filter(revoked_by_case=case.number).order_by("role")
    today = context.now.astimezone(RIGA).date()
    store_letter(
        case,
        notice(
            Notice(
                number=case.number,
                day=case.created_at.astimezone(RIGA).date(),
                person=str(person),
                organisation=case.organisation.name,
                registration_number=case.organisation.registration_number,
                why=case.outcome,
                roles=tuple(role_name(grant.role, "lv") for grant in ended),
                other_roles=standing(today).filter(user__person=person).exists(),
            )
        ),
        kind=NOTICE,
        title_lv="Paziņojums par pieejas beigām",
        title_en="Notice that access has ended",
        file_name=f"{case.number}-pazinojums.pdf",
        now=context.now,
        natural_key=f"{NOTICE}:{context.job_id}",
    )
    _tell(case, person.pk, "access_end.ended", context)
    if case.outcome == "closed":
        # Who takes over is told of the institution, once, and not of everybody who worked there.
        return
    for head in set(persons_in(head_group(case.organisation))) - {person.pk}:
        _tell(case, head, "access_end.ended_to_head", context)


@handler("access_end.give_back", runs="job", repeat="safe")
def give_back(context: HandlerContext) -> Mapping[str, Any]:
    """Gives the person's open tasks to those who stay; how many of the institution's wait for nobody.

    What waits for a head whom the register names already is the founder's to open, by confirming them.
    """
    case = Case.objects.select_related("organisation", "subject").get(instance_id=context.instance_id)
    person, organisation = _person(case), case.organisation
    leads = head_of(organisation, context.now.astimezone(RIGA).date())
    follows = leads is not None and leads.pk != person.pk
    back = give_back_tasks(person, organisation, awaited=head_group(organisation) if follows else "")
    return {"stranded": back.stranded}


def _person(case: Case) -> Person:
    if case.subject is None:
        raise ValueError("the end of access is about a person")
    return case.subject


def _tell(case: Case, person_id: int, kind: str, context: HandlerContext) -> None:
    key = f"{kind}:{case.pk}:{person_id}"
    notify(case.pk, kind=kind, recipient_id=person_id, natural_key=key, now=context.now)
