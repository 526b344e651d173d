"""What follows from a change of the register, in sentences."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.services.register import Consequences


def consequence_lines(told: Consequences) -> list[str]:
    """One sentence for each thing that follows; one that says so if nothing does."""
    lines = []
    if told.roles:
        lines.append(_roles(told))
    if told.tasks:
        text = ngettext(
            "%(n)s open task goes back to its group; what was typed stays.",
            "%(n)s open tasks go back to their group; what was typed stays.",
            told.tasks,
        )
        lines.append(text % {"n": told.tasks})
    if told.reviewed:
        text = ngettext(
            "The new head reviews the access of %(n)s user within 30 days.",
            "The new head reviews the access of %(n)s users within 30 days.",
            told.reviewed,
        )
        lines.append(text % {"n": told.reviewed})
    return lines or [_("Nobody's access to VIIS changes.")]


def _roles(told: Consequences) -> str:
    if told.at_once:
        text = ngettext(
            "%(n)s role ends as soon as you confirm.", "%(n)s roles end as soon as you confirm.", told.roles
        )
        return text % {"n": told.roles}
    text = ngettext(
        "%(n)s role ends when %(day)s begins.", "%(n)s roles end when %(day)s begins.", told.roles
    )
    return text % {"n": told.roles, "day": f"{told.day:%d.%m.%Y.}"}
