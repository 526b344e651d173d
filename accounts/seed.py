"""The demonstration's people: who signs in, with what, and what they can do there. Never in production."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from typing import Final

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from registries.invented import Staff, invent_institutions, invent_person, store
from registries.invented.institutions import FIRST_HEAD, FIRST_SCHOOL
from registries.models import Employment, Organisation
from registries.models.organisations import Kind
from registries.reference import MADONA, load_reference
from registries.text import fold

from .models import Role, RoleGrant, User

SEED: Final = 2026
PASSWORD: Final = "paraugs-parole-2026"  # noqa: S105 - the demonstration's, refused in production
# What seeded roles name as the case that granted them.
GRANTED_BY: Final = "PARAUGDATI"


class SeedRefused(Exception):
    """These settings do not allow invented people: set SEED_ALLOWED only for demonstration and tests."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """One person of the demonstration: their role, how they sign in, what to try."""

    role_label_lv: str
    role_label_en: str
    username: str
    password: str
    what_to_do_lv: str
    what_to_do_en: str


@dataclass(frozen=True, slots=True)
class _Officer:
    """Who works with a sign-in outside institutions."""

    username: str
    name: tuple[str, str]
    role: Role
    kind: Kind
    position: str
    is_head: bool = False


_OFFICERS: Final = (
    _Officer("dace.aizvietone", ("Dace", "Aizvietone"), Role.MUNICIPALITY_HEAD, Kind.MUNICIPALITY,
             "Izglītības pārvaldes vadītāja", is_head=True),
    _Officer("maris.piemers", ("Māris", "Piemērs"), Role.MUNICIPALITY_OFFICER, Kind.MUNICIPALITY,
             "Izglītības darba speciālists"),
    _Officer("karlis.paraugs", ("Kārlis", "Paraugs"), Role.MINISTRY_OFFICER, Kind.MINISTRY,
             "Vecākais referents"),
    _Officer("anna.paraudzina", ("Anna", "Paraudziņa"), Role.MINISTRY_OFFICER, Kind.MINISTRY,
             "Vecākā referente"),
    _Officer("una.vadiba", ("Una", "Vadība"), Role.MINISTRY_ADMIN, Kind.MINISTRY, "Sistēmas pārzine",
             is_head=True),
    _Officer("andris.revidents", ("Andris", "Revidents"), Role.AUDITOR, Kind.MINISTRY, "Iekšējais auditors"),
    _Officer("liga.neesosa", ("Līga", "Neesoša"), Role.IKVD_OFFICER, Kind.IKVD, "Departamenta direktore",
             is_head=True),
)  # fmt: skip

# Drawn apart from the others, who stay who they were.
_LATER: Final = (
    _Officer("zane.varbute", ("Zane", "Varbūte"), Role.INSTITUTION_USER, Kind.GENERAL, "Skolotājs"),
    _Officer("sandris.sportists", ("Sandris", "Sportists"), Role.SPORT_OFFICER, Kind.MINISTRY,
             "Sporta departamenta referents"),
    _Officer("silva.skaitite", ("Silva", "Skaitīte"), Role.STATISTICS_OFFICER, Kind.MINISTRY,
             "Statistikas referente"),
    _Officer("peteris.parzinis", ("Pēteris", "Pārzinis"), Role.MINISTRY_ADMIN, Kind.MINISTRY,
             "Sistēmas pārziņa vietnieks"),
)  # fmt: skip

SIGN_INS: Final = (
    SignIn("Iestādes vadītāja", "Head of an institution", "ilze.piemere", PASSWORD,
           "Lūdziet pieeju skolotājam Jānim Paraugam (viņa koda pēdējās piecas zīmes ir 12345).",
           "Ask for access for the teacher Jānis Paraugs (the last five characters of his code are 12345)."),
    SignIn("Pašvaldības izglītības pārvaldes vadītāja", "Head of a municipality's education board",
           "dace.aizvietone", PASSWORD,
           "Apstipriniet iesniegumu, ko vadītāja iesniegusi par sevi.",
           "Countersign the request that a head made for herself."),
    SignIn("Pašvaldības darbinieks", "Municipality officer", "maris.piemers", PASSWORD,
           "Skatiet savas pašvaldības iestāžu lietas.", "See the cases of the municipality's institutions."),
    SignIn("Ministrijas darbinieks", "Ministry officer", "karlis.paraugs", PASSWORD,
           "Paņemiet iesniegumu un izlemiet: piešķirt, atteikt vai atgriezt labošanai.",
           "Take a request and decide: grant, refuse or return it for correction."),
    SignIn("Ministrijas darbiniece, otrā apstiprinātāja", "Ministry officer, second approver",
           "anna.paraudzina", PASSWORD,
           "Apstipriniet lomas vairākās iestādēs kā otrā persona.",
           "Approve roles in several organisations as the second person."),
    SignIn("Ministrijas administratore", "Ministry administrator", "una.vadiba", PASSWORD,
           "Skatiet fona darbus un incidentus, atkārtojiet neizdevušos.",
           "See the jobs and incidents, and retry what failed."),
    SignIn("Ministrijas otrais administrators", "Second administrator of the ministry",
           "peteris.parzinis", PASSWORD,
           "Apstipriniet otra administratora lūgtos labojumus un lietu pārcelšanu.",
           "Confirm the repairs and moves of cases that the other administrator asked for."),
    SignIn("Auditors (tikai lasa)", "Auditor (reads only)", "andris.revidents", PASSWORD,
           "Skatiet jebkuru lietu un tās vēsturi; mainīt neko nevar.",
           "See every case and its history; nothing can be changed."),
    SignIn("IKVD darbiniece", "Officer of the State Education Quality Service", "liga.neesosa", PASSWORD,
           "Ierakstiet reģistrā darba beigas, vadītāja maiņu vai iestādes slēgšanu.",
           "Enter in the register who left, who leads now, or that an institution closed."),
    SignIn("Iestādes lietotāja", "Institution user", "zane.varbute", PASSWORD,
           "Skatiet VIIS tā, kā to redz skolotāja, kurai pieeja jau ir.",
           "See VIIS as a teacher sees it who has access already."),
    SignIn("Sporta jomas amatpersona", "Sport officer", "sandris.sportists", PASSWORD,
           "Skatiet, ko redz loma, kurai uzdevumu vēl nav.", "See what a role sees that has no tasks yet."),
    SignIn("Statistikas amatpersona", "Statistics officer", "silva.skaitite", PASSWORD,
           "Skatiet, ko redz loma, kurai uzdevumu vēl nav.", "See what a role sees that has no tasks yet."),
)  # fmt: skip


@transaction.atomic
def seed(*, now: datetime, number: int = SEED) -> None:
    """Everything that the demonstration needs in registers and accounts; a second time changes nothing."""
    if not getattr(settings, "SEED_ALLOWED", False):
        raise SeedRefused
    load_reference()
    random = Random(f"officers {number}")  # noqa: S311 - invented data, no secret
    officers = [(one, invent_person(random, position=one.position, is_head=one.is_head, name=one.name))
                for one in _OFFICERS]  # fmt: skip
    heads = list(_municipality_heads(random))
    places = _places()
    store(
        invent_institutions(number),
        [*((staff, places[one.kind]) for one, staff in officers), *heads],
    )
    random = Random(f"later officers {number}")  # noqa: S311 - invented data, no secret
    later = [(one, invent_person(random, position=one.position, name=one.name)) for one in _LATER]
    places[Kind.GENERAL] = Organisation.objects.get(kind=Kind.GENERAL, name=FIRST_SCHOOL)
    store((), [(staff, places[one.kind]) for one, staff in later])
    sign_ins = {staff.code: (one.username, one.role) for one, staff in (*officers, *later)}
    _accounts(sign_ins, now)


def _places() -> dict[Kind, Organisation]:
    madona = Organisation.objects.get(kind=Kind.MUNICIPALITY, territory__code=MADONA)
    central = Organisation.objects.filter(kind__in=(Kind.MINISTRY, Kind.IKVD))
    return {Kind.MUNICIPALITY: madona} | {Kind(row.kind): row for row in central}


def _municipality_heads(random: Random) -> Iterator[tuple[Staff, Organisation]]:
    rows = Organisation.objects.active().filter(kind=Kind.MUNICIPALITY).exclude(territory__code=MADONA)
    for municipality in rows.order_by("territory__code"):
        position = "Izglītības pārvaldes vadītājs"
        yield invent_person(random, position=position, is_head=True), municipality


def _accounts(sign_ins: dict[str, tuple[str, Role]], now: datetime) -> None:
    """Users and roles of the officers and of every head; who has no sign-in has no password that works."""
    leading = Employment.objects.filter(is_head=True) | Employment.objects.filter(
        person__codes__code__in=sign_ins
    )
    rows = leading.filter(organisation__status="active").select_related("person", "organisation")
    works = list(rows.distinct().prefetch_related("person__codes").order_by("id"))
    taken = set(User.objects.values_list("username", flat=True))
    have = dict(User.objects.values_list("person_id", "pk"))
    roles: dict[int, tuple[Role, Organisation]] = {}
    users: list[User] = []
    for work in works:
        username, role = _sign_in_of(work, sign_ins)
        roles[work.person_id] = role, work.organisation
        if work.person_id in have:
            continue
        name = username or _free(f"{fold(work.person.given_name)}.{fold(work.person.family_name)}", taken)
        taken.add(name)
        password = make_password(PASSWORD if username else None)
        users.append(User(username=name, person=work.person, password=password))
    made = User.objects.bulk_create(users)
    RoleGrant.objects.bulk_create(
        RoleGrant(
            user=user,
            role=roles[user.person_id][0],
            organisation=roles[user.person_id][1],
            valid_from=date(2025, 9, 1),
            granted_at=now,
            case_number=GRANTED_BY,
        )
        for user in made
    )


def _sign_in_of(work: Employment, sign_ins: dict[str, tuple[str, Role]]) -> tuple[str, Role]:
    """The username that works in the demonstration, or empty, and the role."""
    for code in work.person.codes.all():
        if code.code in sign_ins:
            return sign_ins[code.code]
    if work.organisation.kind == Kind.MUNICIPALITY:
        return "", Role.MUNICIPALITY_HEAD
    first = work.organisation.name == FIRST_SCHOOL
    name = work.person.given_name, work.person.family_name
    return ("ilze.piemere" if first and name == FIRST_HEAD else ""), Role.INSTITUTION_HEAD


def _free(wish: str, taken: set[str]) -> str:
    name = wish.replace(" ", ".")
    number = 2
    while name in taken or any(name == sign_in.username for sign_in in SIGN_INS):
        name = f"{wish}{number}"
        number += 1
    return name
