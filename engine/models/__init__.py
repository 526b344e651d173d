"""The rows of the engine."""

from .clock import ClockOffset
from .definitions import ProcessDefinition
from .history import Completion, DecisionMade, Incident
from .instances import ProcessInstance, Task, Wait

__all__ = [
    "ClockOffset",
    "Completion",
    "DecisionMade",
    "Incident",
    "ProcessDefinition",
    "ProcessInstance",
    "Task",
    "Wait",
]
