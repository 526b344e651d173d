"""Who acts: a user on a page or through the API, a person behind a one-time link, or the system."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from registries.models import Person

from .models import User

Channel = Literal["page", "api", "link", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts and by which way; `name` is what rows keep, `only_task` the one task a link opens."""

    name: str
    user_id: int | None
    person_id: int | None
    display: str
    channel: Channel
    only_task: int | None = None
    token_scopes: frozenset[str] | None = None
    token_ends_at: datetime | None = None

    @property
    def key(self) -> str:
        """What the audit keeps: `user:<id>`, `person:<id>` or `system`, for a username is made of a name."""
        return self.name if self.user_id is None else f"user:{self.user_id}"

    def may(self, token_scope: str) -> bool:
        """Whether the token, if one is used, was made for this."""
        return self.token_scopes is None or token_scope in self.token_scopes


SYSTEM = Actor(name="system", user_id=None, person_id=None, display="VIIS", channel="system")


def actor_of(
    user: User,
    channel: Channel,
    *,
    token_scopes: frozenset[str] | None = None,
    token_ends_at: datetime | None = None,
) -> Actor:
    """The signed-in user as an actor."""
    return Actor(
        name=user.username,
        user_id=user.pk,
        person_id=user.person_id,
        display=str(user.person),
        channel=channel,
        token_scopes=token_scopes,
        token_ends_at=token_ends_at,
    )


def link_visitor(person: Person, task_id: int) -> Actor:
    """A person who came by a one-time link, for this one task; a user of theirs is not signed in by it."""
    return Actor(
        name=f"person:{person.pk}",
        user_id=None,
        person_id=person.pk,
        display=str(person),
        channel="link",
        only_task=task_id,
    )
