"""What the engine refuses; the docstring of an error is its message for people."""

import re

from django.utils.translation import gettext


class EngineError(Exception):
    """The process could not go on."""

    # Where a person's step met it; `engine.services.stuck` says so.
    place: object = None

    def __init__(self, **details: object) -> None:
        self.details = details
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """The docstring in the reader's language, without details."""
        return gettext((type(self).__doc__ or "").strip())

    @property
    def code(self) -> str:
        """The name of the error as problem details give it, such as `task_not_open`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", type(self).__name__).lower()

    def __str__(self) -> str:
        told = ", ".join(f"{name}: {value}" for name, value in self.details.items())
        return f"{self.message} ({told})" if told else self.message


class TaskNotOpen(EngineError):
    """This task is not open any more."""


class TaskTaken(EngineError):
    """Somebody else is already doing this task."""


class InstanceNotFound(EngineError):
    """There is no such process instance."""


class InstanceBusy(EngineError):
    """Somebody else is working on this case at this moment. Try again in a few seconds."""


class InstanceEnded(EngineError):
    """This process has already ended."""


class InstanceSuspended(EngineError):
    """This case rests: nothing can be done in it until an administrator lets it go on."""


class InstanceNotSuspended(EngineError):
    """This case does not rest."""


class OnlyCalled(EngineError):
    """Only other processes begin this one: they catch what it throws."""


class ProcessSuspended(EngineError):
    """This process rests: nothing new can be started until an administrator lets it go on."""


class ProcessNotSuspended(EngineError):
    """This process does not rest."""


class InstanceMoved(EngineError):
    """The case has moved on since, so this can no longer be undone."""


class StaleVersion(EngineError):
    """The process instance has moved in the meantime."""


class KeyReused(EngineError):
    """This idempotency key has already been used."""


class StateDamaged(EngineError):
    """The stored state of the process instance is damaged."""


class StepTooLong(EngineError):
    """The process runs through too many automatic tasks in one step."""


class TopicUnknown(EngineError):
    """No handler is registered for this topic."""


class TopicTaken(EngineError):
    """Two handlers claim the same topic."""


class RuleUnresolved(EngineError):
    """Nothing here knows how to compute this due date."""


class DefinitionNotFound(EngineError):
    """There is no such process definition."""


class FolderInvalid(EngineError):
    """The folder does not hold exactly one process diagram."""


class MessageIdReused(EngineError):
    """Another message has already been sent under this id."""


class MessageStartTaken(EngineError):
    """Another process already begins by this message."""


class MessageUnknown(EngineError):
    """No process takes a message or signal of this name."""


class MessageTooLarge(EngineError):
    """The variables of the message are too large."""


class MessageGone(EngineError):
    """This message has already been taken or withdrawn."""


class MessageUnclaimed(EngineError):
    """Nobody waited for this message while it was kept."""


class IncidentResolved(EngineError):
    """This incident has already been resolved."""


class IncidentBusy(EngineError):
    """Somebody is already trying this again."""


class IncidentOfPerson(EngineError):
    """Only a person can take this step again. When it passes, the incident counts as fixed by itself."""


class ClockMayNotMove(EngineError):
    """Business time may be moved only in the demo and in tests."""


class ClockSkewed(EngineError):
    """The clock of this machine differs from the database's by more than two seconds."""
