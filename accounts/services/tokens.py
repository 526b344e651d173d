"""Personal tokens for the API: shown once, kept as a hash, limited in what and how long."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from django.db.models import Q

from accounts.actors import Actor, actor_of
from accounts.errors import TokenRefused
from accounts.models import AccessToken, User
from accounts.models.tokens import SCOPES

from .users import user_of

PREFIX: Final = "viis_"
LONGEST: Final = timedelta(days=366)
# "Last used" is for people who tidy up: exact to ten minutes spares a write per request.
_USE_NOTED_EVERY: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A new token: `raw` is shown this once and kept nowhere."""

    row: AccessToken
    raw: str


def create_token(
    user: User, *, name: str, scopes: Collection[str], expires_at: datetime, now: datetime
) -> IssuedToken:
    """A new token of the user; TokenRefused unless it has a name, known scopes and an end within a year."""
    wished = set(scopes)
    holds = {
        "name": 0 < len(name.strip()) <= len(name) <= 100,
        "scopes": bool(wished) and wished <= set(SCOPES),
        "expires_at": now < expires_at <= now + LONGEST,
    }
    if not all(holds.values()):
        raise TokenRefused(*(what for what, held in holds.items() if not held))
    raw = PREFIX + secrets.token_urlsafe(32)
    row = AccessToken.objects.create(
        user=user,
        name=name.strip(),
        digest=_digest(raw),
        scopes=" ".join(scope for scope in SCOPES if scope in wished),
        created_at=now,
        expires_at=expires_at,
    )
    return IssuedToken(row=row, raw=raw)


def create_token_for(
    actor: Actor, *, name: str, scopes: Collection[str], expires_at: datetime, now: datetime
) -> IssuedToken:
    """A new token of who acts; a token makes none that may do more or lasts longer. TokenRefused."""
    too_much = actor.token_scopes is not None and not set(scopes) <= actor.token_scopes
    too_long = actor.token_ends_at is not None and expires_at > actor.token_ends_at
    if too_much or too_long:
        raise TokenRefused(*(["scopes"] if too_much else []), *(["expires_at"] if too_long else []))
    return create_token(user_of(actor), name=name, scopes=scopes, expires_at=expires_at, now=now)


def tokens_of(actor: Actor) -> list[AccessToken]:
    """Tokens of who acts that have not been ended, newest first."""
    return list(AccessToken.objects.filter(user__username=actor.name, revoked_at=None).order_by("-id"))


def authenticate_token(raw: str, *, now: datetime) -> Actor | None:
    """The user behind a token that works now, limited to its scopes; else nothing."""
    if not raw.startswith(PREFIX) or len(raw) > 100:
        return None
    token = (
        AccessToken.objects.select_related("user__person")
        .filter(digest=_digest(raw), revoked_at=None, expires_at__gt=now, user__is_active=True)
        .first()
    )
    if token is None:
        return None
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - _USE_NOTED_EVERY)
    if token.last_used_at is None or token.last_used_at < now - _USE_NOTED_EVERY:
        AccessToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)
    scopes = frozenset(token.scopes.split())
    return actor_of(token.user, "api", token_scopes=scopes, token_ends_at=token.expires_at)


def revoke_token(user: User, public_id: str, *, now: datetime) -> bool:
    """Whether a working token of this user's ended; somebody else's is as good as none."""
    ended = AccessToken.objects.filter(user=user, public_id=public_id, revoked_at=None).update(revoked_at=now)
    return ended == 1


def _digest(raw: str) -> str:
    return sha256(raw.encode()).hexdigest()
