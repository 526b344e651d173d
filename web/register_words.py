"""What follows from a change of the register, in sentences."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.services.register import Consequences


def consequence_lines(told: Consequences) -> list[str]:
    """One sentence for each thing that follows; one that says so if nothing does."""
    lines = []
    if told.employments:
        lines.append(_employments(told))
    if told.roles:
        lines.append(_roles(told))
        lines.append(_("Who has no role left is signed out with their next click; what they began is kept."))
    if told.tasks:
        lines.append(_tasks(told))
    if told.confirmed_by and told.days:
        text = _("%(name)s confirms the new head within %(days)s days; only then does the head's role begin.")
        lines.append(text % {"name": told.confirmed_by, "days": told.days})
    if told.reviewed and told.days:
        text = ngettext(
            "The new head reviews the access of %(n)s user within %(days)s days: keep, change or end it.",
            "The new head reviews the access of %(n)s users within %(days)s days: keep, change or end it.",
            told.reviewed,
        )
        lines.append(text % {"n": told.reviewed, "days": told.days})
    return lines or [_("Nobody's access to VIIS changes.")]


def _employments(told: Consequences) -> str:
    text = ngettext(
        "The work of %(n)s employee here ends.", "The work of %(n)s employees here ends.", told.employments
    )
    return text % {"n": told.employments}


def _tasks(told: Consequences) -> str:
    if told.taken_over_by:
        text = ngettext(
            "%(n)s open task goes to %(name)s; what was typed stays.",
            "%(n)s open tasks go to %(name)s; what was typed stays.",
            told.tasks,
        )
        return text % {"n": told.tasks, "name": told.taken_over_by}
    text = ngettext(
        "%(n)s open task goes back to its group; what was typed stays.",
        "%(n)s open tasks go back to their group; what was typed stays.",
        told.tasks,
    )
    return text % {"n": told.tasks}


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
