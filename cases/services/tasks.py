"""Everything that a person can do to a task."""

from .completing import Completed, complete_task, return_task
from .holding import assign_task, claim_task, release_task, save_draft

__all__ = [
    "Completed",
    "assign_task",
    "claim_task",
    "complete_task",
    "release_task",
    "return_task",
    "save_draft",
]
