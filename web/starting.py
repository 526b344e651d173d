"""What a person may begin: the processes that their roles start, and for which organisations."""

from collections.abc import Mapping
from dataclasses import dataclass

from cases import permissions
from engine import catalog
from web import words
from web.visitors import Visitor


@dataclass(frozen=True, slots=True)
class Start:
    """A process that may be started, its stages in words, and the ids of the organisations for which."""

    key: str
    label: str
    stages: tuple[str, ...]
    organisations: tuple[int, ...]


def startable(visitor: Visitor) -> Mapping[str, Start]:
    """The processes that this person may start, by key."""
    if not visitor.scope.roles or visitor.scope.reads_only:
        return {}
    found = {}
    for row in catalog.all_current():
        definition = catalog.definition(row.pk)
        ids = permissions.startable_in(definition, visitor.scope)
        if ids:
            stages = (words.pick(element, "milestone") for element in definition.elements.values())
            label = row.name if words.is_latvian() else row.name_en or row.name
            found[row.key] = Start(row.key, label, tuple(dict.fromkeys(filter(None, stages))), ids)
    return found
