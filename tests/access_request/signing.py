"""Signs the paper of a task as the demonstration's button does, for walks that say `how = "sign"`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.actors import Actor
from cases.models import Case
from cases.services import demonstration
from cases.services.uploads import attach_document
from engine import clock
from engine.models import Task

KINDS = {"accept_commitment": "access.commitment", "confirm_request": "access.application"}


def signed_file(task: Task, user: Actor) -> tuple[str, bytes]:
    """The name and bytes of the task's paper with this person's signature."""
    case = Case.objects.get(instance_id=task.instance_id)
    return demonstration.signed(case, task, KINDS[task.element], user, now=clock.now())


def with_signature(task: Task, user: Actor, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers, with the signed paper brought along if they say that it was signed here."""
    if answers.get("how") != "sign" or "file" in answers:
        return dict(answers)
    name, content = signed_file(task, user)
    given = attach_document(task.public_id, user=user, field="file", name=name, content=content)
    return {**answers, "file": str(given.public_id)}
