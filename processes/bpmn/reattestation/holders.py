"""Whose access a review is about: who held roles when it began, those who lead apart from all others."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import Q

from accounts.models import RoleGrant, User
from accounts.words import role_name
from cases.dates import date_en
from cases.forms import Choice, Fact, FormContext, TableRow, choice_source, label_source, row_source
from cases.heads import head_role
from cases.models import Case
from cases.services.handlers_api import answers_of
from registries.models import Organisation, Person
from registries.queries import employment_of, head_of

RIGA: Final = ZoneInfo("Europe/Riga")
TABLE: Final = "people"


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody whose access is reviewed; without grants it is a head who is to get the head's role."""

    person: Person
    grants: tuple[RoleGrant, ...]

    @property
    def key(self) -> str:
        """Their row in the form."""
        return str(self.person.public_id)

    @property
    def standing(self) -> tuple[RoleGrant, ...]:
        """The grants that have not ended since."""
        return tuple(grant for grant in self.grants if grant.revoked_at is None)

    @property
    def is_open(self) -> bool:
        """Whether there is still something to decide."""
        return bool(self.standing) or not self.grants


@dataclass(frozen=True, slots=True)
class Decided:
    """What was answered about somebody."""

    decision: str
    roles: tuple[str, ...]
    until: date | None
    reason: str


def holders(case: Case, *, heads: bool) -> tuple[Holder, ...]:
    """Those whose access this case reviews, in alphabetical order: who leads, or everybody else."""
    organisation, began = case.organisation, case.created_at
    day = began.astimezone(RIGA).date()
    held = RoleGrant.objects.filter(
        Q(revoked_at=None) | Q(revoked_at__gt=began),
        Q(valid_until=None) | Q(valid_until__gte=day),
        organisation=organisation,
        granted_at__lte=began,
    )
    by_person: dict[Person, list[RoleGrant]] = {}
    ordered = held.select_related("user__person").order_by("user__person__sort_key", "user_id", "role")
    for grant in ordered:
        by_person.setdefault(grant.user.person, []).append(grant)
    leads = head_role(organisation)
    found = [
        Holder(person, tuple(grants))
        for person, grants in by_person.items()
        if any(grant.role == leads for grant in grants) == heads
    ]
    if heads:
        found += _to_come(organisation, day, by_person, leads)
    return tuple(found)


def _to_come(
    organisation: Organisation, day: date, held: Mapping[Person, list[RoleGrant]], leads: str
) -> list[Holder]:
    head = head_of(organisation, day)
    if head is None or any(grant.role == leads for grant in held.get(head, ())):
        return []
    return [Holder(head, ())]


def decided(case: Case, form: str) -> dict[str, Decided]:
    """The newest answers of a form by row."""
    answers = answers_of(case, form)
    rows = {name.split("-", 1)[1].rsplit("-", 1)[0] for name in answers if name.startswith(f"{TABLE}-")}
    return {row: _decided(answers, row) for row in rows if f"{TABLE}-{row}-decision" in answers}


def _decided(answers: Mapping[str, Any], row: str) -> Decided:
    until = answers.get(f"{TABLE}-{row}-until")
    return Decided(
        decision=answers[f"{TABLE}-{row}-decision"],
        roles=tuple(answers.get(f"{TABLE}-{row}-roles", ())),
        until=date.fromisoformat(until) if until else None,
        reason=str(answers.get(f"{TABLE}-{row}-reason", "")),
    )


@row_source("reattestation.users")
def users(context: FormContext) -> list[TableRow]:
    """Everybody with access who does not lead; while the task is open, those who still have it."""
    return _rows(context, heads=False)


@row_source("reattestation.heads")
def heads(context: FormContext) -> list[TableRow]:
    """Who leads the institution, and who is to."""
    return _rows(context, heads=True)


def _rows(context: FormContext, *, heads: bool) -> list[TableRow]:
    # A task that is open asks of those who are left; a closed one shows whom it asked of.
    is_open = context.task is not None and context.task.status == "open"
    found = holders(context.case, heads=heads)
    return [_row(holder, context) for holder in found if holder.is_open or not is_open]


def _row(holder: Holder, context: FormContext) -> TableRow:
    work = employment_of(holder.person, context.case.organisation, context.today)
    seen = User.objects.filter(person=holder.person).values_list("last_login", flat=True).first()
    name = str(holder.person)
    grants = holder.standing or holder.grants
    facts = [
        Fact("Lomas", "Roles", _roles(grants, "lv"), _roles(grants, "en")),
        Fact(
            "Amats reģistrā",
            "Position in the register",
            work.position if work else "Nav ierakstīts",
            work.position if work else "Not entered",
        ),
        Fact("Pēdējā pieslēgšanās", "Last signed in", _day(seen, "lv"), _day(seen, "en")),
    ]
    return TableRow(holder.key, name, name, tuple(facts))


def _roles(grants: tuple[RoleGrant, ...], language: str) -> str:
    if not grants:
        return "Vēl nav" if language == "lv" else "None yet"
    return "\n".join(_role(grant, language) for grant in grants)


def _role(grant: RoleGrant, language: str) -> str:
    name = role_name(grant.role, language)
    if grant.valid_until is None:
        return name
    until = (
        f"līdz {grant.valid_until:%d.%m.%Y.}" if language == "lv" else f"until {date_en(grant.valid_until)}"
    )
    return f"{name}, {until}"


def _day(moment: datetime | None, language: str) -> str:
    if moment is None:
        return "Nekad" if language == "lv" else "Never"
    day = moment.astimezone(RIGA).date()
    return f"{day:%d.%m.%Y.}" if language == "lv" else date_en(day)


@choice_source("reattestation.roles")
def roles(context: FormContext) -> list[Choice]:
    """The roles that are held here by those whom the head reviews."""
    held = {grant.role for holder in holders(context.case, heads=False) for grant in holder.grants}
    return [Choice(role, role_name(role, "lv"), role_name(role, "en")) for role in sorted(held)]


@label_source("reattestation.roles")
def role_label(_context: FormContext, value: str) -> Choice:
    """The name of a role."""
    return Choice(value, role_name(value, "lv"), role_name(value, "en"))
