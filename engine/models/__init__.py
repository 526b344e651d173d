"""The rows of the engine."""

from .clock import ClockOffset
from .definitions import ProcessDefinition
from .history import Completion, DecisionMade, Incident, RepairMade
from .instances import ProcessInstance, Task, Wait
from .messages import Message
from .starts import ProcessStart
from .suspensions import Suspension

__all__ = [
    "ClockOffset",
    "Completion",
    "DecisionMade",
    "Incident",
    "Message",
    "ProcessDefinition",
    "ProcessInstance",
    "ProcessStart",
    "RepairMade",
    "Suspension",
    "Task",
    "Wait",
]
