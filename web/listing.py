"""What a list of tasks shows: the filters that stand in its address, and a task as a row."""

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.calendar import working_days_between
from cases.errors import Reason
from cases.queries import InboxFilters, InboxRow
from cases.queries.saved_views import filters_of
from web import words
from web.addresses import LIST_KEY, with_query
from web.visitors import Visitor


def filters_in(given: QueryDict) -> InboxFilters:
    """The filters of an address; what is unknown there counts as not given."""
    return filters_of(given.urlencode())


def row_of(item: InboxRow, visitor: Visitor, place: str = "") -> dict[str, object]:
    """A task as a row of the list or a card; its page remembers the list at `place`."""
    today = words.day_of(visitor.now)
    return {
        "public_id": item.public_id,
        "number": item.case_number,
        "title": words.pick(item, "name"),
        "below": f"{item.case_number} · {title_of(item)}",
        "organisation": item.organisation,
        "place": item.municipality,
        "address": with_query(reverse("task", args=[item.public_id]), **{LIST_KEY: place})
        if item.is_mine or not item.assignee
        else reverse("case", args=[item.case_public_id]),
        "selectable": item.status == "open" and (item.is_mine or not item.assignee) and item.blocked is None,
        "waits": waits(words.days_waited(item.opened_at, visitor.now)),
        "late": item.is_overdue,
        "today": item.due_at is not None and words.day_of(item.due_at) == today,
        **due_words(item, visitor),
        "counted": words.pick(item, "counted"),
        **_tag(item),
        "whose": words.pick(item, "whose"),
        "returned": item.state == "returned",
        "blocked": item.blocked.label if item.blocked is not None else "",
    }


def title_of(thing: object) -> str:
    """What a case is called: its process and the person it is about."""
    process, subject = words.pick(thing, "process"), getattr(thing, "subject_name", "")
    return f"{process}: {subject}" if subject else process


def waits(days: int) -> str:
    """How long something waits, short."""
    return _("today") if days < 1 else _("%(n)s d.") % {"n": days}


def due_words(item: InboxRow, visitor: Visitor) -> dict[str, str]:
    """The due date in words, and below it the date."""
    if item.due_at is None:
        return {"due": _("no due date"), "due_below": ""}
    today, day = words.day_of(visitor.now), words.day_of(item.due_at)
    written = words.on_day(item.due_at, today)
    if item.is_overdue:
        late = max(1, working_days_between(day, today, item.organisation_id))
        text = ngettext("Overdue by %(n)s working day", "Overdue by %(n)s working days", late) % {"n": late}
        return {"due": text, "due_below": written}
    left = working_days_between(today, day, item.organisation_id)
    below = ngettext("in %(n)s working day", "in %(n)s working days", left) % {"n": left} if left else ""
    return {"due": words.weekday(item.due_at, today), "due_below": below}


def _tag(item: InboxRow) -> dict[str, str]:
    if item.blocked == Reason.SUSPENDED:
        return {"tag": _("Rests"), "tag_class": "govuk-tag--line"}
    if item.blocked is not None:
        return {"tag": _("Not for you"), "tag_class": "govuk-tag--line"}
    match item.state:
        case "returned" if item.assignee and not item.is_mine:
            told = _("Returned for correction: %(who)s") % {"who": item.assignee_name}
            return {"tag": told, "tag_class": "govuk-tag--line"}
        case "returned":
            return {"tag": _("To be corrected"), "tag_class": "govuk-tag--turn"}
        case "corrected":
            return {"tag": _("Corrected"), "tag_class": "govuk-tag--turn"}
        case "mine":
            return {"tag": _("Taken by you"), "tag_class": "govuk-tag--line"}
        case "taken":
            return {"tag": item.assignee_name, "tag_class": "govuk-tag--line"}
    return {"tag": _("New"), "tag_class": ""}
