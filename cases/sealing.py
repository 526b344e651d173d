"""Seals the audit every ten minutes, wherever a key is configured."""

import logging
from collections.abc import Mapping
from typing import Final

from django.conf import settings

from cases.audit import seal_audit
from cases.audit.seals import EVERY
from engine import recurring
from engine.handlers import HandlerContext, handler

SEAL: Final = "audit.seal"
log = logging.getLogger("viis.audit")


@handler(SEAL, runs="job", repeat="safe", title=("Audita zīmogošana", "Sealing the audit"))
def seal(_context: HandlerContext) -> Mapping[str, object] | None:
    """Seals what has grown; a key that is named and cannot be read is an incident."""
    if not settings.AUDIT_SEAL_KEY:
        log.warning("audit_not_sealed", extra={"why": "AUDIT_SEAL_KEY is not set"})
        return None
    seal_audit()
    return None


recurring.every(SEAL, EVERY)
