"""Who asks for a page: the signed-in user, or a person behind a one-time link."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.http import HttpRequest

from accounts.actors import Actor, actor_of, link_visitor
from accounts.scope import Scope, scope_of
from engine import clock
from registries.queries import person

LINK_KEY = "link"
LINK_SECONDS = 2 * 60 * 60
_CACHED = "_viis_visitor"


@dataclass(frozen=True, slots=True)
class Visitor:
    """The actor of this request with what they reach, at the moment of the request."""

    actor: Actor
    scope: Scope
    now: datetime

    @property
    def is_applicant(self) -> bool:
        """Whether the roomy pages are theirs: they only hold roles in institutions, or came by a link."""
        return all(held.role.startswith("institution_") for held in self.scope.roles)


def visitor_of(request: HttpRequest) -> Visitor | None:
    """Who asks; nothing if they neither signed in nor opened a link."""
    known = getattr(request, _CACHED, None)
    if known is not None:
        return cast("Visitor", known)
    actor = _actor(request)
    if actor is None:
        return None
    now = clock.now()
    visitor = Visitor(actor, scope_of(actor, at=now), now)
    setattr(request, _CACHED, visitor)
    return visitor


def _actor(request: HttpRequest) -> Actor | None:
    if not hasattr(request, "user"):
        # Refused before anybody was looked for: a host name that is not ours, for one.
        return None
    if request.user.is_authenticated:
        return actor_of(request.user, "page")
    link = request.session.get(LINK_KEY)
    if link is None:
        return None
    found = person(link["person"])
    return link_visitor(found, link["task"]) if found else None


def remember_link(request: HttpRequest, actor: Actor) -> None:
    """From now on this browser is the person behind the link, for its one task; nobody stays signed in."""
    request.session.flush()
    request.session[LINK_KEY] = {"person": actor.person_id, "task": actor.only_task}
    request.session.set_expiry(LINK_SECONDS)
