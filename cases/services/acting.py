"""One service call: one transaction, every refusal translated for people and recorded after the rollback."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from django.db import Error as DatabaseError
from django.db import transaction
from django_fsm import TransitionNotAllowed
from psycopg.errors import DeadlockDetected, LockNotAvailable, QueryCanceled, SerializationFailure

from accounts.actors import Actor
from accounts.errors import AccountError
from accounts.scope import Scope, scope_from
from cases import audit, sql
from cases.errors import (
    Busy,
    CaseError,
    CaseNotOpen,
    CaseSuspended,
    KeyReused,
    NotFound,
    ProcessResting,
    ProcessStuck,
    Refused,
    TaskNotOpen,
    TaskTaken,
)
from engine import errors as engine_errors
from engine import sql as engine_sql
from engine.core.errors import CoreError
from engine.services import open_incident_of_step
from registries.errors import RegistryError

from . import sharing

log = logging.getLogger("viis.cases")

_BUSY: Final = (LockNotAvailable, DeadlockDetected, SerializationFailure, QueryCanceled)
_TRANSLATED: Final = (
    engine_errors.EngineError,
    CoreError,
    DatabaseError,
    TransitionNotAllowed,
    AccountError,
    RegistryError,
)


@dataclass(frozen=True, slots=True)
class Begun:
    """A transaction that has begun: business time and what the actor reaches."""

    now: datetime
    scope: Scope


@contextmanager
def act(user: Actor, action: str, about: str) -> Iterator[None]:
    """One transaction; what refuses it is raised as a CaseError and recorded in a transaction of its own."""
    try:
        with _translated(), transaction.atomic(durable=True):
            yield
    except Busy:
        raise
    except CaseError as error:
        audit.record_refusal(user, action, about, error)
        raise


def begin(user: Actor) -> Begun:
    """Open the step in the transaction of `act`; the items of a bulk act share what the actor reaches."""
    known = sharing.known_scope(user.name)
    if known is not None:
        (row,) = engine_sql.rows(sql.BEGIN_AGAIN, {"actor": user.name})
        return Begun(row["now"].astimezone(UTC), known)
    (row,) = engine_sql.rows(sql.BEGIN, {"actor": user.name, "user": user.user_id})
    now: datetime = row["now"].astimezone(UTC)
    return Begun(now, sharing.keep_scope(scope_from(user, now, row["roles"])))


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except _TRANSLATED as error:
        known = _known(error)
        if known is None:
            raise
        if isinstance(known, ProcessStuck):
            log.error("process_stuck", extra={"kind": type(error).__name__})
            open_incident_of_step(error)
        raise known from error


def _known(error: Exception) -> CaseError | None:
    match error:
        case engine_errors.TaskNotOpen():
            return TaskNotOpen()
        case engine_errors.TaskTaken():
            return TaskTaken()
        case engine_errors.InstanceBusy() | engine_errors.StaleVersion():
            return Busy()
        case engine_errors.InstanceEnded() | TransitionNotAllowed():
            return CaseNotOpen()
        case engine_errors.InstanceSuspended():
            return CaseSuspended()
        case engine_errors.ProcessSuspended():
            return ProcessResting()
        case (
            engine_errors.InstanceMoved()
            | engine_errors.InstanceNotSuspended()
            | engine_errors.ProcessNotSuspended()
        ):
            return Refused(error.code, error.message)
        case engine_errors.KeyReused():
            return KeyReused()
        case engine_errors.DefinitionNotFound() | engine_errors.InstanceNotFound():
            return NotFound()
        case AccountError() | RegistryError():
            return Refused(str(getattr(error, "code", "refused")), getattr(error, "message", str(error)))
        case DatabaseError():
            return Busy() if isinstance(error.__cause__, _BUSY) else None
        case engine_errors.EngineError() | CoreError():
            return ProcessStuck()
    return None
