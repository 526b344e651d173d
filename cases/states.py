"""The legal state of a case in words."""

from django.utils.translation import gettext as _


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
