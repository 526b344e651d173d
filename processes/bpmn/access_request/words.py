"""The words of the access request: roles, outcomes, refusals, in both languages."""

from typing import Final

from accounts.models import Role
from cases.errors import FieldError
from cases.outcomes import name_outcomes

INSTITUTION_ROLES: Final = frozenset({Role.INSTITUTION_USER, Role.INSTITUTION_HEAD})

ROLES: Final[dict[str, tuple[str, str]]] = {
    Role.INSTITUTION_USER: ("Iestādes lietotājs", "Institution user"),
    Role.INSTITUTION_HEAD: ("Iestādes vadītājs", "Head of institution"),
    Role.MUNICIPALITY_OFFICER: ("Pašvaldības speciālists", "Municipality officer"),
    Role.MUNICIPALITY_HEAD: (
        "Pašvaldības izglītības pārvaldes vadītājs",
        "Head of municipality's education board",
    ),
    Role.IKVD_OFFICER: ("IKVD amatpersona", "Officer of the State Education Quality Service"),
    Role.MINISTRY_OFFICER: ("Ministrijas amatpersona", "Ministry officer"),
    Role.MINISTRY_ADMIN: ("Ministrijas administrators", "Ministry administrator"),
    Role.SPORT_OFFICER: ("Sporta jomas amatpersona", "Sport officer"),
    Role.STATISTICS_OFFICER: ("Statistikas amatpersona", "Statistics officer"),
    Role.AUDITOR: ("Auditors (tikai lasa)", "Auditor (reads only)"),
}

ROLE_HINTS: Final[dict[str, tuple[str, str]]] = {
    Role.INSTITUTION_USER: ("Ievada un labo iestādes datus.", "Enters and corrects the institution's data."),
    Role.INSTITUTION_HEAD: (
        "Apstiprina iestādes datus un iesniegumus.",
        "Confirms the institution's data and requests.",
    ),
}

# How a request came out, as a sentence of the message says it.
OUTCOMES: Final[dict[str, tuple[str, str]]] = {
    "granted": ("pieeja piešķirta", "access granted"),
    "granted_in_part": ("pieeja piešķirta daļēji", "access granted in part"),
    "changed": ("lomas mainītas", "roles changed"),
    "changed_in_part": ("lomas mainītas daļēji", "roles changed in part"),
    "revoked": ("pieeja atņemta", "access revoked"),
    "refused": ("iesniegums nav apmierināts", "request refused"),
    "lapsed": ("saistību termiņš beidzies", "time to accept ran out"),
}
name_outcomes("access_request", OUTCOMES)

REFUSALS: Final[dict[str, tuple[str, str]]] = {
    "no_access": (
        "Šim cilvēkam jūsu iestādē pieejas nav. Izvēlieties “Piešķirt pieeju”.",
        "This person has no access in your institution. Choose “Grant access”.",
    ),
    "has_access": (
        "Šim cilvēkam jūsu iestādē pieeja jau ir. Izvēlieties “Mainīt lomas”.",
        "This person already has access in your institution. Choose “Change roles”.",
    ),
    "same_roles": (
        "Šīs lomas cilvēkam jau ir. Norādiet citas vai citu termiņu.",
        "The person already has these roles. Choose others or another last day.",
    ),
    "not_employee": (
        "Reģistrā šis cilvēks jūsu iestādē vairs nestrādā.",
        "According to the register this person no longer works in your institution.",
    ),
    "nobody_to_agree": (
        "Par jūsu pašu pieeju jāpiekrīt vēl kādam administratoram, bet cita nav. Vispirms lūdziet "
        "administratora lomu kolēģim; pēc tam viņš varēs piekrist jūsu iesniegumam.",
        "Another administrator has to agree to your own access, and there is none. First ask for the role of "
        "administrator for a colleague, who can then agree to your request.",
    ),
    "duplicate": (
        "Par šo cilvēku jūsu iestādei jau ir iesniegums {number}, par kuru vēl nav lemts.",
        "There is already a request about this person, {number}, that has not been decided.",
    ),
    "other_name": (
        "Šis personas kods reģistrā ir citam cilvēkam. Pārbaudiet kodu un vārdu.",
        "In the register this personal code belongs to somebody else. Check the code and the name.",
    ),
    "no_code": (
        "Reģistrā šim cilvēkam nav personas koda, tāpēc saiti nevarēs atvērt. Sazinieties ar ministriju.",
        "The register has no personal code for this person, so no link would open. Contact the ministry.",
    ),
    "email": (
        "Ierakstiet lietotāja e-pasta adresi: reģistrā tās nav.",
        "Give the user's e-mail: the register has none.",
    ),
    "role_impossible": (
        "Šāda veida organizācijā tādas lomas nav. Izvēlieties no saraksta.",
        "There is no such role in an organisation of this kind. Choose from the list.",
    ),
    "founder_against": (
        "Dibinātājs nepiekrita. Iesniegumu var atteikt vai atdot labošanai.",
        "The founder did not agree. The request can be refused or returned for correction.",
    ),
    "second_against": (
        "Otra amatpersona nepiekrita. Iesniegumu var atteikt vai atdot labošanai.",
        "The second officer did not agree. The request can be refused or returned for correction.",
    ),
    "all_granted": (
        "Atzīmētas visas lūgtās lomas. Izvēlieties “Apmierināt”, mazāk lomu vai īsāku laiku.",
        "All roles asked for are ticked. Choose “Grant”, or tick fewer, or give an earlier last day.",
    ),
    "longer_than_asked": (
        "Pieeja lūgta līdz {until} Ilgāk to piešķirt nevar: norādiet to pašu vai agrāku dienu.",
        "Access is asked for until {until} It cannot be granted for longer: give that day or an earlier one.",
    ),
    "validity_past": (
        "Lūgtais pieejas termiņš jau ir pagājis. Atdodiet iesniegumu labošanai.",
        "The last day asked for has passed already. Return the request for correction.",
    ),
}


def role_name(role: str, language: str) -> str:
    """The name of a role."""
    latvian, english = ROLES.get(role, (role, role))
    return english if language == "en" else latvian


def wrong(field: str, code: str, **values: str) -> FieldError:
    """What is wrong with a field of the request or decision."""
    latvian, english = REFUSALS[code]
    return FieldError(field, code, latvian.format(**values), english.format(**values))
