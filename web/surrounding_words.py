"""Where a step stands, and whose its variables are, in words."""

from collections.abc import Iterable
from itertools import groupby

from django.utils.translation import gettext as _

from cases.queries.repairing import OpenWait, Surrounding, TargetPlace, Variable, place_of
from engine.core.definition import Definition
from web import words

Groups = list[tuple[str, list[Variable]]]


def around_words(around: Iterable[Surrounding]) -> str:
    """The subprocesses and calls around a step, outermost first, each with which of several it is."""
    return ", ".join(_numbered(one) for one in around)


def wait_name(one: OpenWait) -> str:
    """A step at which the process waits; which of several it is, and what is around it."""
    around = around_words(one.around)
    name = words.pick(one.place, "name")
    return f"{name} – {around}" if around else name


def target_name(one: TargetPlace) -> str:
    """An element to which a step can be moved, with the subprocess or call in which it lies."""
    name = words.pick(one, "name")
    return f"{name} – {words.pick(one.inside, 'name')}" if one.inside is not None else name


def by_owner(
    definition: Definition, variables: Iterable[Variable], around: Iterable[Surrounding] = ()
) -> Groups:
    """Variables by whose they are, under words for it; `around` says which of several."""
    known = {one.place.element: one for one in around}
    return [
        (_owner(definition, owner, known.get(owner)), list(found))
        for owner, found in groupby(variables, key=lambda one: one.owner)
    ]


def _owner(definition: Definition, owner: str, around: Surrounding | None) -> str:
    if not owner:
        return _("Variables of the process")
    where = around or Surrounding(place_of(definition.elements[owner]))
    return _("Variables of this part only: %(where)s") % {"where": _numbered(where)}


def _numbered(one: Surrounding) -> str:
    name = words.pick(one.place, "name")
    if not one.number:
        return name
    number = _("no. %(number)s") % {"number": one.number}
    return f"{name} {number} ({one.key})" if one.key else f"{name} {number}"
