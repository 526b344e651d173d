"""The legal state of a case as a tag: words, and a colour that doubles them."""

from django.utils.translation import gettext as _

from cases.models import Case


def state_label(status: str) -> str:
    """The state in words."""
    return {
        "draft": _("Being prepared"),
        "submitted": _("In progress"),
        "returned": _("Returned for correction"),
        "decided": _("Decided"),
        "closed": _("Closed"),
        "withdrawn": _("Withdrawn"),
    }.get(status, status)


def case_state(status: str, *, mine: bool = False) -> dict[str, str]:
    """The tag; amber only where it is this person's turn."""
    over = "govuk-tag--ok" if status in ("decided", "closed") else ""
    label = _("To be corrected") if mine and status == "returned" else state_label(status)
    return {"label": label, "tag": "govuk-tag--turn" if mine else over}


def state_choices() -> list[dict[str, str]]:
    """The states to filter by."""
    return [{"value": status, "label": state_label(status)} for status in Case.Status.values]
