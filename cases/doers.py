"""Who does a step of a diagram, in words of the process: before anybody has it."""

from accounts.models import Role
from accounts.words import role_name
from engine.core.definition import Definition, Element

Words = tuple[str, str]


def doer(definition: Definition, element: Element) -> Words:
    """What the diagram says in `who`, else the role of the group, else the lane; Latvian and English."""
    told = element.properties.get("who:lv", ""), element.properties.get("who:en", "")
    if all(told):
        return told
    if role := role_of(element.group):
        return role
    lane = definition.lanes.get(element.lane)
    if lane is not None:
        return lane.name, lane.name_en or lane.name
    return "Lietā norādītais cilvēks", "Whom the case names"


def role_of(group: str) -> Words | None:
    """The role of a candidate group; None where the role itself depends on the case."""
    role = group.partition("@")[0]
    return (role_name(role, "lv"), role_name(role, "en")) if role in Role.values else None
