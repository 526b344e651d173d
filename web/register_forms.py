"""The small forms of the register: who leaves, who leads, which institution closes."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from cases.forms import Form, build
from registries.models import Employment, Organisation

NOBODY = "none"


def leaving(works: Iterable[Employment]) -> Form:
    """When the work ends, and which, if there are several."""
    positions = list(dict.fromkeys(work.position for work in works))
    asked = {"last_day": _date(_("Last working day"), _("The day itself is still worked."))}
    at_once = {
        "at_once": {
            "type": "boolean",
            "title": _("End access now, not at the end of the day"),
            "description": _("For a dismissal with immediate effect."),
        }
    }
    if len(positions) < 2:
        return _form(asked | at_once, ["last_day"])
    choice = _choice(_("Which work ends?"), [("", _("All of them")), *((one, one) for one in positions)])
    return _form({"position": choice} | asked | at_once, ["last_day"])


def heading(staff: Iterable[Employment]) -> Form:
    """Who leads from which day."""
    people = {str(work.person.public_id): f"{work.person}, {work.position}" for work in staff}
    asked = {
        "person": _choice(_("New head"), people.items(), _("Somebody who works in the institution.")),
        "on": _date(
            _("First day as head"),
            _(
                "Today, earlier or later. When it begins, the role of whoever led before ends; who works "
                "here no more is signed out. The founder confirms the new head, who reviews everybody's "
                "access."
            ),
        ),
        "position": {
            "type": "string",
            "title": _("Position"),
            "description": _("As it is called for this person: a man or a woman."),
            "maxLength": 200,
        },
    }
    return _form(asked, ["person", "on", "position"])


def closing(others: Iterable[Organisation]) -> Form:
    """From which day it works no more, and who takes over."""
    names = [(NOBODY, _("Nobody takes over")), *((str(one.public_id), one.name) for one in others)]
    asked = {
        "on": _date(_("First day on which it works no more"), _("Today or earlier.")),
        "successor": _choice(
            _("Who takes over?"), names, _("Without a successor the open tasks go to the founder.")
        ),
    }
    return _form(asked, ["on", "successor"])


def successor_of(given: Mapping[str, Any]) -> str | None:
    """The public id of who takes over, if anybody does."""
    chosen = given.get("successor", NOBODY)
    return None if chosen == NOBODY else str(chosen)


def _form(properties: Mapping[str, Any], required: list[str]) -> Form:
    schema = {"type": "object", "properties": dict(properties), "required": required}
    return build("register", schema)


def _date(title: str, hint: str) -> dict[str, Any]:
    return {"type": "string", "format": "date", "title": title, "description": hint} | _english(title, hint)


def _choice(title: str, options: Iterable[tuple[str, str]], hint: str = "") -> dict[str, Any]:
    words = {value: {"lv": label, "en": label} for value, label in options if value}
    return {
        "type": "string",
        "x-kind": "choice",
        "enum": list(words),
        "title": title,
        "description": hint,
        "x-labels": words,
    } | _english(title, hint)


def _english(title: str, hint: str) -> dict[str, Any]:
    # The words are of the language of the page already.
    return {"x-en": {"title": title, "description": hint}}
