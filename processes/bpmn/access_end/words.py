"""The words of the end of access: why it ended, as sentences of letters, messages and pages say it."""

from typing import Final

from cases.outcomes import name_outcomes

PROCESS: Final = "access_end"

# How the case came out, by why the register gives no reason any more.
OUTCOMES: Final[dict[str, tuple[str, str]]] = {
    "employment": ("pieeja beigusies līdz ar darbu iestādē", "access ended with the work in the institution"),
    "head": ("vadītāja loma beigusies", "the head's role ended"),
    "closed": ("pieeja beigusies, jo iestāde vairs nedarbojas", "access ended, for the institution closed"),
}
name_outcomes(PROCESS, OUTCOMES)

REASONS: Final[dict[str, tuple[str, str]]] = {
    "employment": (
        "Reģistrā ierakstīts, ka darbs šajā iestādē ir beidzies.",
        "The register says that the work in this institution has ended.",
    ),
    "head": (
        "Reģistrā ierakstīts, ka iestādi vada cits cilvēks.",
        "The register says that somebody else leads the institution.",
    ),
    "closed": (
        "Reģistrā ierakstīts, ka iestāde vairs nedarbojas.",
        "The register says that the institution works no more.",
    ),
}


def reason(why: str, language: str) -> str:
    """Why access ended, as a sentence."""
    latvian, english = REASONS[why]
    return english if language == "en" else latvian


def begun(why: str) -> tuple[str, str]:
    """Where what the person began is now, in Latvian and English."""
    if why == "closed":
        return (
            "Iesāktos darbus pārņem iestādes pārņēmēja vai dibinātājs.",
            "What was begun goes to the successor or to the founder.",
        )
    return (
        "Iesāktie darbi un melnraksti paliek iestādē.",
        "What was begun and its drafts stay with the institution.",
    )
