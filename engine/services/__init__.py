"""The only ways to change what the engine holds."""

from engine.rearming import rearm

from .incidents import RetryResult, retry_incident
from .instances import LockedInstance, cancel_instance, lock_instance, start_instance
from .messages import broadcast_signal, correlate_message, incidents_of_messages, withdraw_message
from .migrating import judge_instance, judge_instances, migrate_instance, unmigrate_instance
from .repairs import Preview, preview_cancel, preview_repair, repair_instance, seen_at
from .stuck import open_incident_of_step
from .suspending import resume_instance, resume_process, suspend_instance, suspend_process
from .tasks import assign_task, claim_task, complete_task, hand_over_task, release_task
from .together import MOST, open_instances, run_opened

__all__ = [
    "MOST",
    "LockedInstance",
    "Preview",
    "RetryResult",
    "assign_task",
    "broadcast_signal",
    "cancel_instance",
    "claim_task",
    "complete_task",
    "correlate_message",
    "hand_over_task",
    "incidents_of_messages",
    "judge_instance",
    "judge_instances",
    "lock_instance",
    "migrate_instance",
    "open_incident_of_step",
    "open_instances",
    "preview_cancel",
    "preview_repair",
    "rearm",
    "release_task",
    "repair_instance",
    "resume_instance",
    "resume_process",
    "retry_incident",
    "run_opened",
    "seen_at",
    "start_instance",
    "suspend_instance",
    "suspend_process",
    "unmigrate_instance",
    "withdraw_message",
]
