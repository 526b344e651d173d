"""The report as one letter in Latvian: drawn as a PDF and shown as a page, word for word the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from accounts.models import Role
from cases.dates import RIGA, date_lv
from cases.notifications.kinds import MESSAGE_KINDS
from cases.pdf import Block, Facts, Heading, Letter, Table, Text
from cases.states import state_label
from engine import catalog
from engine.errors import DefinitionNotFound
from registries.models import Person

from .words import FACTS, SECTIONS

Row = Mapping[str, Any]
# A letter shortens what is longer; a report may not, so it begins anew.
LONGEST: Final = 3500
MOST_ROWS: Final = 190
LONGEST_CELL: Final = 48
MOST_COLUMNS: Final = 5


def report_letter(person: Person, held: Mapping[str, Sequence[Row]], *, now: datetime) -> Letter:
    """What is held of the person, section by section; what nothing is held of is said at the end."""
    nothing = [str(SECTIONS[label]) for label, rows in held.items() if not rows]
    blocks: list[Block] = [Text(_introduction())]
    for label, rows in held.items():
        if rows:
            blocks += [Heading(str(SECTIONS[label])), *_section(label, rows)]
    if nothing:
        blocks += [Heading(_("What VIIS does not hold of you")), Text(f"{', '.join(nothing)}.")]
    day = now.astimezone(RIGA).date()
    return Letter(
        sender="VIIS",
        sender_lines=(_("State Education Information System"),),
        dated=date_lv(day, "is"),
        number="",
        addressee=(str(person),),
        title=_("What VIIS holds of you"),
        blocks=tuple(blocks),
        footer=_("What VIIS holds of you"),
        made_on=day.isoformat(),
    )


def _introduction() -> str:
    return _(
        "This is everything that VIIS holds of you on this day. The same for programs is in the file "
        "report.json; the files of the cases about you are in the folder documents. Of cases about others it "
        "only tells what you did in them."
    )


def _section(label: str, rows: Sequence[Row]) -> Iterator[Block]:
    told = [{_name(name): _said(label, name, value) for name, value in row.items()} for row in rows]
    columns = [name for name in told[0] if any(row.get(name) for row in told)]
    short = all(len(row.get(name, "")) <= LONGEST_CELL for row in told for name in columns)
    alike = all(row.keys() == told[0].keys() for row in told)
    if short and alike and 1 < len(columns) <= MOST_COLUMNS and len(rows) > 1:
        for start in range(0, len(told), MOST_ROWS):
            part = told[start : start + MOST_ROWS]
            cells = tuple(tuple(row[name] or "–" for name in columns) for row in part)
            yield Table(str(SECTIONS[label]), tuple(columns), cells)
        return
    for row in told:
        yield Facts(tuple(_facts(row)))


def _facts(row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, text in row.items():
        for start in range(0, len(text), LONGEST):
            yield (name if start == 0 else f"{name} …", text[start : start + LONGEST])


def _name(name: str) -> str:
    return str(FACTS[name])


def _said(label: str, name: str, value: Any) -> str:
    """A value in words; what has none is told as it is kept."""
    match value:
        case None:
            return ""
        case bool():
            return _("yes") if value else _("no")
        case datetime():
            return f"{value.astimezone(RIGA):%d.%m.%Y. %H.%M}"
        case date():
            return f"{value:%d.%m.%Y.}"
        case dict():
            return "\n".join(_lines(value))
        case list():
            return "; ".join(str(one) for one in value)
    return _word(label, name, str(value))


def _word(label: str, name: str, value: str) -> str:
    match label, name:
        case "accounts.RoleGrant", "role":
            return str(Role(value).label)
        case "cases.Case", "status":
            return str(state_label(value))
        case "cases.Case", "process":
            return _process(value)
        case "cases.Message", "kind":
            return MESSAGE_KINDS[value].title_lv if value in MESSAGE_KINDS else value
    return value


def _process(key: str) -> str:
    try:
        return str(catalog.current(key).name)
    except DefinitionNotFound:
        return key


def _lines(content: Mapping[str, Any]) -> Iterable[str]:
    for name, value in content.items():
        if value not in (None, "", [], {}):
            yield f"{name}: {_said('', '', value)}"
