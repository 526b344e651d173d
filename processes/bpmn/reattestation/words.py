"""The words of the review of access, in both languages."""

from typing import Final

from cases.errors import FieldError
from cases.outcomes import name_outcomes

PROCESS: Final = "reattestation"

OUTCOMES: Final[dict[str, tuple[str, str]]] = {
    "reviewed": ("pieeja pārskatīta", "access reviewed"),
    "lapsed": ("neapliecinātā pieeja beigusies", "access that nobody confirmed has ended"),
}
name_outcomes(PROCESS, OUTCOMES)

REFUSALS: Final[dict[str, tuple[str, str]]] = {
    "own_row": (
        "Par savu pieeju jūs nelemjat. Atdodiet uzdevumu kolēģim vai lūdziet ministriju.",
        "You do not decide on your own access. Give the task to a colleague, or ask the ministry.",
    ),
    "wider": (
        "Šādas lomas cilvēkam vēl nav. Izvēlieties “Vajadzīgas plašākas lomas”: {row}.",
        "The person does not have this role yet. Choose “Wider roles are needed”: {row}.",
    ),
    "nothing_changed": (
        "Tas pats jau ir. Izvēlieties “Paturēt”, mazāk lomu vai agrāku dienu: {row}.",
        "It is so already. Choose “Keep”, fewer roles or an earlier day: {row}.",
    ),
    "longer": (
        "Termiņu šeit nevar pagarināt. Norādiet agrāku dienu: {row}.",
        "The last day cannot be moved further away here. Give an earlier one: {row}.",
    ),
}

DONE: Final[dict[str, tuple[str, str]]] = {
    "keep": ("Pieeja paliek", "Access stays"),
    "granted": ("Piešķirta vadītāja loma", "The head's role was granted"),
    "not_granted": ("Vadītāja loma nav piešķirta", "The head's role was not granted"),
    "change": ("Pieeja mainīta", "Access was changed"),
    "wider": (
        "Pieeja paliek; lūgtas plašākas lomas",
        "Access stays; wider roles asked for",
    ),
    "end": ("Pieeja beigta", "Access was ended"),
    "silent": ("Pieeja beigusies, jo to neapliecināja", "Access ended, for nobody confirmed it"),
    "gone": ("Pieeja bija beigusies jau agrāk", "Access had ended before"),
}


def wrong(field: str, code: str, row: str) -> FieldError:
    """What is wrong with an answer about somebody."""
    latvian, english = REFUSALS[code]
    return FieldError(field, code, latvian.format(row=row), english.format(row=row))
