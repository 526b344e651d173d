"""Making and ending one's own API tokens, by page or program: each is in the audit, the token never."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts import services as accounts
from accounts.actors import Actor
from accounts.errors import TokenRefused
from accounts.services import IssuedToken
from cases import audit
from cases.errors import NotFound, Refused
from engine import clock


def make_token(*, user: Actor, name: str, scopes: Collection[str], expires_at: datetime) -> IssuedToken:
    """A new token of who acts, which a token can only make as narrow as it is itself. TokenRefused."""
    try:
        with transaction.atomic():
            issued = accounts.create_token_for(
                user, name=name, scopes=scopes, expires_at=expires_at, now=clock.now()
            )
    except TokenRefused as refused:
        audit.record_refusal(user, "token.make", user.key, Refused(refused.code, refused.message))
        raise
    fields = {"scopes": sorted(issued.row.scopes.split()), "until": issued.row.expires_at.isoformat()}
    audit.record_act(user, "token.made", f"token:{issued.row.public_id}", fields)
    return issued


def end_token(public_id: UUID, *, user: Actor) -> None:
    """A token of who acts does not work any more. NotFound for somebody else's as for none."""
    ended = accounts.revoke_token(accounts.user_of(user), str(public_id), now=clock.now())
    if not ended:
        refusal = NotFound()
        audit.record_refusal(user, "token.end", f"token:{public_id}", refusal)
        raise refusal
    audit.record_act(user, "token.ended", f"token:{public_id}", {})
