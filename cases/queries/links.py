"""How the one-time links to the tasks of a case stand, and what became of one that does not open."""

from datetime import datetime

from accounts.scope import Scope
from cases import links, permissions
from cases.links import LinkFault
from cases.models import Case, Message, TaskLink
from engine import catalog, clock
from engine.models import Task
from registries.models import Person

from .task import facts_of
from .views import LinkState, LinkStory, LinkView


def link_of(case: Case, scope: Scope) -> LinkView | None:
    """The newest link to the open task of a case that is done by one, if they may send another."""
    task = Task.objects.filter(
        instance_id=case.instance_id, status=Task.Status.OPEN, assignee__startswith=links.PERSON
    ).first()
    if task is None:
        return None
    definition = catalog.definition(case.instance.definition_id)
    if permissions.against_inviting(facts_of(task, case, definition), case, definition, scope) is not None:
        return None
    person = Person.objects.get(pk=int(task.assignee.removeprefix(links.PERSON)))
    newest = TaskLink.objects.filter(task=task).order_by("-id").select_related("task").first()
    return LinkView(
        task_public_id=task.public_id,
        state=_state(task, person, newest, clock.now()),
        who=str(person),
        to=masked(person.email),
        sent_at=newest.created_at if newest else None,
        opened_at=newest.opened_at if newest else None,
        until=links.works_until(newest) if newest else None,
    )


def _state(task: Task, person: Person, newest: TaskLink | None, now: datetime) -> LinkState:
    if not person.email:
        return "no_address"
    asked = Message.objects.filter(task=task, recipient=person, sent_at=None)
    if newest is None or asked.filter(created_at__gte=newest.created_at).exists():
        return "sending"
    match links.fault_of(newest, now):
        case None:
            return "opened" if newest.opened_at else "sent"
        case LinkFault.EXPIRED:
            return "expired"
    return "closed"


def link_story(link: TaskLink) -> LinkStory:
    """What became of the task of a link, for who has the link's secret."""
    task = link.task
    case = Case.objects.select_related("instance", "organisation").get(instance_id=task.instance_id)
    element = catalog.element_of(catalog.definition(case.instance.definition_id), task.element)
    newer = TaskLink.objects.filter(task=task, id__gt=link.pk).order_by("-id").first()
    done = task.status == Task.Status.COMPLETED
    return LinkStory(
        task_public_id=task.public_id,
        name_lv=element.name,
        name_en=element.name_en,
        case_public_id=case.public_id,
        case_number=case.number,
        organisation=case.organisation.name,
        done_at=task.closed_at if done else None,
        ended_at=task.closed_at,
        is_closed=case.closed_at is not None,
        until=links.works_until(link),
        newer_at=newer.created_at if newer else None,
    )


def masked(address: str) -> str:
    """An e-mail address that its owner recognises and nobody else learns: `j***@example.lv`."""
    name, at, host = address.partition("@")
    return f"{name[:1]}***{at}{host}" if name else ""
