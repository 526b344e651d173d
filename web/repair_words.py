"""What a repair is, would do and has done, in words."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from cases.errors import CaseError
from cases.models import Case
from cases.queries.batches import BatchView
from cases.queries.repairing import asked_of, place_of, surroundings
from cases.services.incidents import RETRY
from cases.services.repairs import KIND, Action, Asked, preview
from engine import catalog, causes
from engine.core.definition import Definition
from engine.core.errors import StateUnreadable, WaitNotFound
from engine.core.waits import MessageWait, ServiceWait, TimerWait, UserTaskWait, Wait
from engine.errors import DefinitionNotFound
from engine.models import ProcessInstance
from engine.services import Preview, seen_at
from web import words
from web.batch_words import Told, tells_of
from web.surrounding_words import around_words
from web.visitors import Visitor


def action_name(action: str) -> str:
    """What is done, as a heading."""
    return {
        RETRY: _("Try again"),
        Action.SET: _("Change variables"),
        Action.SKIP: _("Skip the step"),
        Action.MOVE: _("Move to another step"),
        Action.CANCEL: _("End the case"),
    }[action]


def element_name(definition: Definition, element: str) -> str:
    """The name of an element in the page's language, its id if it has none."""
    found = definition.elements.get(element)
    return words.pick(place_of(found), "name") if found is not None else element


def value_words(value: Any) -> str:
    """A variable's value as people read it."""
    match value:
        case None:
            return _("no value")
        case bool():
            return _("yes") if value else _("no")
        case date():
            return value.isoformat()
        case Decimal():
            return str(value) if words.is_latvian() is False else str(value).replace(".", ",")
        case list():
            return ", ".join(value) or _("an empty list")
    return str(value)


def asked_words(asked: Asked, step: str, definition: Definition) -> Told:
    """What is asked for: the act, at the step that is called so, and with which values."""
    told = [(_("What is done"), action_name(asked.action))]
    if step:
        told.append((_("At which step"), step))
    if asked.target:
        told.append((_("To which step"), element_name(definition, asked.target)))
    return [*told, *values_words(asked.values or {})]


def values_words(values: Mapping[str, Any]) -> Told:
    """What is written into a case, a line for each variable; nothing if nothing is."""
    lines = (f"{name}: {_entered(value)}" for name, value in sorted(values.items()))
    return [(_("Values"), "\n".join(lines))] if values else []


def _entered(value: Any) -> str:
    return (
        {"true": _("yes"), "false": _("no")}.get(value, value_words(value))
        if isinstance(value, str)
        else value_words(value)
    )


def preview_words(definition: Definition, found: Preview) -> Told:
    """What would happen, a line for each thing."""
    told = [
        (
            _("Falls away"),
            _waits(definition, (one for one in found.closes if not isinstance(one, TimerWait))),
        ),
        (
            _("Deadlines that fall away"),
            _waits(definition, (one for one in found.closes if isinstance(one, TimerWait))),
        ),
        (_("Is done at once"), _waits(definition, found.calls)),
        (_("Begins"), _waits(definition, (one for one in found.opens if one not in found.calls))),
        (
            _("Variables"),
            "\n".join(
                f"{name}: {value_words(was)} → {value_words(now_is)}" for name, was, now_is in found.variables
            ),
        ),
    ]
    if found.ends:
        told.append((_("How it ends"), _("the case comes to its end")))
    if found.calls:
        told.append((_("After that"), _("what follows is known only when the automatic step has been done")))
    shown = [(label, text) for label, text in told if text]
    return shown or [(_("What happens"), _("nothing changes"))]


def _waits(definition: Definition, waits: Iterable[Wait]) -> str:
    return "\n".join(f"{element_name(definition, wait.element)} ({kind_name(wait)})" for wait in waits)


def kind_name(wait: Wait) -> str:
    """What the process waits for."""
    match wait:
        case UserTaskWait():
            return _("task of a person")
        case ServiceWait():
            return _("automatic step")
        case TimerWait():
            return _("deadline")
        case MessageWait():
            return _("message")


@tells_of(KIND)
def told_of_repair(view: BatchView, visitor: Visitor) -> Told:
    """What is to be done; of a single case that waits for its second person also what would happen now."""
    if view.arguments.get("process") or view.total != 1:
        return _of_many(view)
    found = asked_of(visitor.scope, view.public_id)
    if found is None:
        return []
    asked, instance = found
    definition = catalog.definition(instance.definition_id)
    said = asked_words(asked, _step(view, asked, instance), definition)
    case = Case.objects.visible_to(visitor.scope).filter(instance=instance).first()
    if view.state != "asked" or case is None:
        return said
    try:
        return [*said, *preview_words(definition, preview(case, asked, now=visitor.now))]
    except CaseError as refused:
        return [*said, (_("What happens"), str(refused.message))]


def _step(view: BatchView, asked: Asked, instance: ProcessInstance) -> str:
    """At which step, and in which of several while it stands there."""
    definition = catalog.definition(instance.definition_id)
    element = view.arguments.get("element", "")
    name = element_name(definition, element) if element else ""
    try:
        around = around_words(surroundings(definition, seen_at(instance, asked.wait).around))
    except (WaitNotFound, StateUnreadable):
        return name
    return f"{name} – {around}" if around else name


@tells_of(RETRY)
def told_of_retry(view: BatchView, _visitor: Visitor) -> Told:
    """Which incidents are tried again."""
    return _of_many(view)


def _of_many(view: BatchView) -> Told:
    about = view.arguments
    told = [(_("What is done"), action_name(about.get("action", RETRY)))]
    return [*told, *filter_words(about), *_target(view)]


def filter_words(about: Any) -> Told:
    """Which incidents are meant."""
    told = []
    if about.get("process"):
        version = f", {_('version')} {about['version']}" if about.get("version") else ""
        told.append((_("Process"), f"{_process(about['process'])}{version}"))
    if about.get("element"):
        told.append((_("At which step"), _element_of(about, about["element"])))
    if about.get("cause"):
        told.append((_("Cause"), causes.words(about["cause"])))
    return told


def _target(view: BatchView) -> Told:
    about = view.arguments
    told = [(_("To which step"), _element_of(about, about["target"]))] if about.get("target") else []
    return [*told, *values_words(view.values)]


def _process(key: str) -> str:
    try:
        row = catalog.current(key)
    except DefinitionNotFound:
        return key
    return row.name if words.is_latvian() else row.name_en


def _element_of(about: Any, element: str) -> str:
    try:
        return element_name(catalog.definition(catalog.current(about["process"]).pk), element)
    except (DefinitionNotFound, KeyError):
        return element
