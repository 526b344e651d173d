"""What stands around a page: who is signed in, the main menu, the density."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from cases import permissions, queries
from cases.queries import QueueCounts
from cases.queries.directory import has_directory
from engine import clock
from registries.models import Organisation
from web import words
from web.demo import is_demo, may_practise
from web.starting import startable
from web.visitors import Visitor


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the main menu."""

    name: str
    label: str
    address: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything outside the page's own content."""

    today: date
    name: str = ""
    organisation: str = ""
    signed_in: bool = False
    roomy: bool = True
    demo: bool = False
    practice: bool = False
    keyboard: bool = False
    entries: tuple[Entry, ...] = ()


def frame_of(
    visitor: Visitor | None,
    counts: QueueCounts | None = None,
    unread: int | None = None,
    *,
    keyboard: bool = False,
) -> Frame:
    """The frame for this visitor; the plainest one for somebody unknown.

    `counts` and `unread` messages if the page has them; `keyboard` if single keys do something.
    """
    if visitor is None:
        return Frame(today=words.day_of(clock.now()), demo=is_demo(), practice=may_practise())
    today = words.day_of(visitor.now)
    if visitor.actor.only_task is not None:
        return Frame(today=today, name=visitor.actor.display, demo=is_demo(), practice=may_practise())
    return Frame(
        today=today,
        name=visitor.actor.display,
        organisation=_organisation(visitor),
        signed_in=True,
        roomy=visitor.is_applicant,
        demo=is_demo(),
        practice=may_practise(),
        entries=tuple(_entries(visitor, counts or queries.counts(visitor.scope), unread)),
        keyboard=keyboard,
    )


def _organisation(visitor: Visitor) -> str:
    if not visitor.scope.roles:
        return ""
    own = Organisation.objects.visible_to(visitor.scope).filter(pk=visitor.scope.roles[0].organisation_id)
    return own.values_list("name", flat=True).first() or ""


def _entries(visitor: Visitor, counts: QueueCounts, unread: int | None) -> list[Entry]:
    scope = visitor.scope
    mine = counts.mine + counts.group
    unread = queries.unread_count(scope) if unread is None else unread
    told = Entry("messages", _("Messages"), reverse("messages"), unread)
    new = [Entry("new", _("New request"), reverse("new_case"))] if startable(visitor) else []
    heads = any(permissions.against_entering(scope, pk) is None for pk in scope.organisations)
    kept = [Entry("register", _("Register"), reverse("register"))] if heads else []
    places = Entry("organisations", _("Organisations"), reverse("organisations"))
    directory = [places, Entry("people", _("People"), reverse("people"))] if has_directory(scope) else []
    if visitor.is_applicant:
        return [
            Entry("home", _("Home"), reverse("home")),
            Entry("inbox", _("Tasks"), reverse("inbox"), mine),
            Entry("cases", _("Requests"), reverse("cases")),
            *new,
            *kept,
            told,
            *directory[1:],
        ]
    entries = [] if scope.reads_only else [Entry("inbox", _("My work"), reverse("inbox"), mine)]
    entries.append(Entry("cases", _("Cases"), reverse("cases")))
    entries += [*new, *kept]
    entries.append(Entry("processes", _("Processes"), reverse("processes")))
    entries.append(Entry("calendar", _("Calendar"), reverse("calendar")))
    if scope.can_admin:
        entries.append(Entry("jobs", _("Jobs and incidents"), reverse("jobs")))
    entries += [*directory, told]
    return entries
