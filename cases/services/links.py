"""Sends a person without an account a fresh link to their task."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from cases import audit, links, permissions
from cases.errors import Refused
from registries.models import Person

from .acting import act
from .locking import lock_task


def send_link_again(task_public_id: UUID | str, *, user: Actor) -> UUID:
    """Have a fresh link mailed; every earlier one stops working once it is sent. The case's public id.

    NotFound, NotAllowed, TaskNotOpen, Busy; Refused where the register has no address to send it to.
    """
    with act(user, "link.send", f"task:{task_public_id}"):
        held = lock_task(task_public_id, user)
        held.refuse_not_open()
        held.refuse(permissions.against_inviting(held.facts, held.case, held.definition, held.scope))
        person = int(held.task.assignee.removeprefix(links.PERSON))
        if not Person.objects.filter(pk=person).exclude(email="").exists():
            raise Refused("no_address", _("The person has no e-mail address to which a link could be sent."))
        links.send_again(held.task, now=held.now)
        about, told = f"task:{held.task.public_id}", {"recipient": f"person:{person}"}
        audit.record(held.case, user, "link.sent_again", about, told, held.now)
        return held.case.public_id
