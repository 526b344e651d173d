"""Who sees which of the engine's rows: tasks and incidents of the cases that they see."""

from django.db.models import QuerySet

from accounts.scope import Scope
from cases.querysets import of_visible_cases
from engine.models import Incident, Task


def tasks_visible_to(scope: Scope) -> QuerySet[Task]:
    """Tasks of visible cases; a one-time link shows its own task while it is theirs."""
    if scope.actor.channel == "link":
        return Task.objects.filter(pk=scope.actor.only_task or 0, assignee=scope.actor.name)
    return Task.objects.filter(of_visible_cases(scope, instance="instance_id"))


def incidents_visible_to(scope: Scope) -> QuerySet[Incident]:
    """All for an administrator; those of cases for who reaches the whole state; none for others."""
    if scope.can_admin:
        return Incident.objects.all()
    if scope.whole_state:
        return Incident.objects.filter(instance__case__isnull=False)
    return Incident.objects.none()
