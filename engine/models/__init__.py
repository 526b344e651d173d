"""The rows of the engine."""

from .clock import ClockOffset
from .definitions import ProcessDefinition
from .history import Completion, DecisionMade, Incident
from .instances import ProcessInstance, Task, Wait
from .messages import Message

__all__ = [
    "ClockOffset",
    "Completion",
    "DecisionMade",
    "Incident",
    "Message",
    "ProcessDefinition",
    "ProcessInstance",
    "Task",
    "Wait",
]
