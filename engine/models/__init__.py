"""The rows of the engine."""

from .definitions import ProcessDefinition
from .history import Completion, Incident
from .instances import ProcessInstance, Task, Wait

__all__ = ["Completion", "Incident", "ProcessDefinition", "ProcessInstance", "Task", "Wait"]
