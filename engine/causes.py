"""Why a job or timer could not go on: codes, and their plain words for people."""

from __future__ import annotations

import traceback
from enum import StrEnum
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, gettext_lazy

from engine import errors
from engine.core.errors import CoreError, ErrorNotCaught, StateUnreadable


class Cause(StrEnum):
    """What went wrong, for an incident."""

    HANDLER_FAILED = "handler_failed"
    HANDLER_MISSING = "handler_missing"
    TIMED_OUT = "timed_out"
    WORKER_LOST = "worker_lost"
    REPEAT_REFUSED = "repeat_refused"
    ERROR_NOT_CAUGHT = "error_not_caught"
    PROCESS_STOPPED = "process_stopped"
    STEP_UNDONE = "step_undone"
    STATE_DAMAGED = "state_damaged"
    INSTANCE_BUSY = "instance_busy"
    MESSAGE_UNCLAIMED = "message_unclaimed"


WORDS: Final = {
    Cause.HANDLER_FAILED: gettext_lazy("The automatic task failed each time it was tried."),
    Cause.HANDLER_MISSING: gettext_lazy("The program that does this automatic task is not installed."),
    Cause.TIMED_OUT: gettext_lazy("The automatic task took too long and was stopped."),
    Cause.WORKER_LOST: gettext_lazy("The program stopped in the middle of this automatic task."),
    Cause.REPEAT_REFUSED: gettext_lazy(
        "The automatic task may already have been done, so only a person may start it again."
    ),
    Cause.ERROR_NOT_CAUGHT: gettext_lazy(
        "The automatic task reported an error for which the process has no way on."
    ),
    Cause.PROCESS_STOPPED: gettext_lazy("The task was done, but the process could not go on from it."),
    Cause.STEP_UNDONE: gettext_lazy(
        "A person's step was undone, because the process could not go on from it."
    ),
    Cause.STATE_DAMAGED: gettext_lazy("The stored state of the process is damaged."),
    Cause.INSTANCE_BUSY: gettext_lazy("The case was being worked on for too long by somebody else."),
    Cause.MESSAGE_UNCLAIMED: gettext_lazy("Nobody waited for this message while it was kept."),
}


class JobTimedOut(BaseException):
    """The job ran out of its time; not an Exception, so that no handler swallows it."""


class WorkerLost(errors.EngineError):
    """The program stopped in the middle of this automatic task."""


class RepeatRefused(errors.EngineError):
    """Only a person may start this automatic task again."""


FINAL: Final = frozenset(
    {
        Cause.REPEAT_REFUSED,
        Cause.ERROR_NOT_CAUGHT,
        Cause.PROCESS_STOPPED,
        Cause.STATE_DAMAGED,
        Cause.MESSAGE_UNCLAIMED,
    }
)


_MORE: Final = {
    kind.__name__: (kind.__doc__ or "").strip()
    for kind in (*CoreError.__subclasses__(), errors.StepTooLong, errors.RuleUnresolved)
}


def words(cause: str, detail: str = "") -> str:
    """A cause in the reader's language, and what the engine said if the detail names it."""
    plain = str(WORDS[Cause(cause)]) if cause in set(Cause) else cause
    more = _MORE.get(detail.partition(" ")[0])
    return f"{plain} {gettext(more)}" if more else plain


def in_both_languages(cause: str, detail: str = "") -> tuple[str, str]:
    """The words of a cause in Latvian and English, for what is kept and read later."""
    with translation.override("lv"):
        latvian = words(cause, detail)
    with translation.override("en"):
        return latvian, words(cause, detail)


def cause_of(error: BaseException) -> Cause:
    """The cause that an error is."""
    match error:
        case JobTimedOut():
            return Cause.TIMED_OUT
        case WorkerLost():
            return Cause.WORKER_LOST
        case RepeatRefused():
            return Cause.REPEAT_REFUSED
        case errors.TopicUnknown():
            return Cause.HANDLER_MISSING
        case errors.MessageUnclaimed():
            return Cause.MESSAGE_UNCLAIMED
        case errors.InstanceBusy():
            return Cause.INSTANCE_BUSY
        case ErrorNotCaught():
            return Cause.ERROR_NOT_CAUGHT
        case errors.StateDamaged() | StateUnreadable():
            return Cause.STATE_DAMAGED
        case CoreError() | errors.StepTooLong() | errors.RuleUnresolved():
            return Cause.PROCESS_STOPPED
    return Cause.HANDLER_FAILED


def detail_of(error: BaseException) -> str:
    """What kind of error, and where: never the text of others' errors, for that may hold a person's data."""
    told = type(error).__name__
    if isinstance(error, CoreError | errors.EngineError) and error.details:
        told += f" ({', '.join(f'{name}: {value}' for name, value in error.details.items())})"
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return told
    place = Path(frames[-1].filename)
    root = Path(settings.BASE_DIR)
    shown = place.relative_to(root).as_posix() if place.is_relative_to(root) else place.name
    return f"{told} ({shown}:{frames[-1].lineno})"
