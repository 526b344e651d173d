"""The secrets of subscriptions: made once, kept sealed, and the signatures made with them."""

import base64
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Final

from cryptography.fernet import Fernet
from django.conf import settings
from standardwebhooks import Webhook

from exchange.models import WebhookEvent, WebhookSubscription

# Both secrets sign for so long after a rotation, so that a receiver can change over without losing anything.
OVERLAP: Final = timedelta(hours=24)
_PREFIX: Final = "whsec_"
_BYTES: Final = 32


def new_secret() -> str:
    """A secret in the form of Standard Webhooks: `whsec_` and base64."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode("ascii")


def overlap_ends() -> datetime:
    """Until when the secret that is replaced now still signs, by the machine's time."""
    return datetime.now(UTC) + OVERLAP


def seal(secret: str) -> bytes:
    """The secret as it is kept: a copy of the database alone signs nothing."""
    return _box(settings.SECRET_KEY).encrypt(secret.encode("ascii"))


def _open(sealed: bytes | memoryview) -> str:
    return _box(settings.SECRET_KEY).decrypt(bytes(sealed)).decode("ascii")


@cache
def _box(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(sha256(b"viis webhook secrets 1" + key.encode()).digest()))


def signed_headers(
    subscription: WebhookSubscription, event: WebhookEvent, body: str, *, now: datetime
) -> Mapping[str, str]:
    """The headers of Standard Webhooks; during a rotation signed with both secrets.

    `now` is the machine's time and not the business time: a receiver refuses what is five minutes off.
    """
    sealed = [subscription.secret]
    if (
        subscription.previous_secret
        and subscription.previous_until
        and subscription.previous_until > datetime.now(UTC)
    ):
        sealed.append(subscription.previous_secret)
    name = str(event.public_id)
    signatures = [Webhook(_open(one)).sign(name, now, body) for one in sealed]
    return {
        "webhook-id": name,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
