"""The only ways to change what the engine holds."""

from engine.rearming import rearm

from .incidents import RetryResult, retry_incident
from .instances import LockedInstance, cancel_instance, lock_instance, start_instance
from .messages import broadcast_signal, correlate_message
from .stuck import open_incident_of_step
from .tasks import assign_task, claim_task, complete_task, hand_over_task, release_task

__all__ = [
    "LockedInstance",
    "RetryResult",
    "assign_task",
    "broadcast_signal",
    "cancel_instance",
    "claim_task",
    "complete_task",
    "correlate_message",
    "hand_over_task",
    "lock_instance",
    "open_incident_of_step",
    "rearm",
    "release_task",
    "retry_incident",
    "start_instance",
]
