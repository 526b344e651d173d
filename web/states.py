"""The legal state of a case as a tag: words, and a colour that doubles them."""

from django.utils.translation import gettext as _

from cases.models import Case
from cases.queries import CaseRow, CaseView
from cases.states import state_label
from web import words

OVER = ("decided", "closed", "withdrawn")


def case_state(case: CaseView | CaseRow) -> dict[str, str]:
    """The tag: how it came out once that is known; amber only where it is this person's turn."""
    label = words.pick(case, "outcome") or state_label(case.status)
    if case.turn.mine:
        return {
            "label": _("To be corrected") if case.status == "returned" else label,
            "tag": "govuk-tag--turn",
        }
    return {"label": label, "tag": "govuk-tag--line" if case.status in OVER else ""}


def state_choices() -> list[dict[str, str]]:
    """The states to filter by."""
    return [{"value": status, "label": state_label(status)} for status in Case.Status.values]
