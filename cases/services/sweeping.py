"""The guarantee about open tasks: nobody keeps one who may not do it, none waits where nobody can be."""

from datetime import datetime
from typing import Final

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from accounts.actors import actor_of
from accounts.models import RoleGrant, User
from accounts.scope import scope_of
from cases.heads import above, heir_of
from engine import jobs
from engine.handlers import HandlerContext, handler
from engine.models import Task
from registries.models import Organisation, Person

from .leaving import give_back, move_task, tasks_held

MOST: Final = 500
GIVE_BACK: Final = "rights.give_back"


def sweep_tasks(now: datetime) -> int:
    """How many open tasks went back to their groups, or on to the founder of an institution that closed."""
    return _give_back(now) + _move_on()


def _give_back(now: datetime) -> int:
    moved = 0
    for task in _held_without_role()[:MOST]:
        organisation = Organisation.objects.get(cases__instance=task.instance_id)
        if not _may_keep(task, now, organisation) and give_back(task, organisation):
            moved += 1
    return moved


def _held_without_role() -> "QuerySet[Task]":
    """Open tasks of users who hold no standing role that the task is for; a successor's is not looked at."""
    holder = RoleGrant.objects.filter(
        user__username=OuterRef("assignee"), user__is_active=True, revoked_at=None
    ).annotate(grp=Concat(F("role"), Value("@"), Cast("organisation_id", CharField())))
    in_group = holder.filter(grp=OuterRef("group"))
    at_place = holder.filter(organisation_id=OuterRef("instance__case__organisation_id"))
    users = User.objects.filter(username=OuterRef("assignee"))
    opened = Task.objects.filter(Exists(users), status=Task.Status.OPEN).exclude(assignee="")
    without = Q(~Q(group=""), ~Exists(in_group)) | Q(~Exists(at_place), group="")
    return opened.filter(without).order_by("instance_id", "id")


def _may_keep(task: Task, now: datetime, organisation: Organisation) -> bool:
    user = User.objects.filter(username=task.assignee).first()
    if user is None or not user.is_active:
        return False
    scope = scope_of(actor_of(user, "page"), at=now)
    return scope.is_member(task.group) if task.group else organisation.pk in scope.organisations


def _move_on() -> int:
    """Tasks of groups in an institution that closed, and whose heir closed too, go to who answers for it."""
    groups = set(Task.objects.filter(status=Task.Status.OPEN).values_list("group", flat=True).distinct())
    places = {group: int(tail) for group in groups if (tail := group.rpartition("@")[2]).isdigit()}
    closed = Organisation.objects.filter(status=Organisation.Status.LIQUIDATED, pk__in=set(places.values()))
    moved = 0
    for organisation in closed.select_related("founder", "municipality", "successor"):
        heir = heir_of(organisation)
        if heir.status == Organisation.Status.ACTIVE:
            continue
        role, place = above(heir)
        of_place = [group for group, at in places.items() if at == organisation.pk]
        for task in Task.objects.filter(status=Task.Status.OPEN, group__in=of_place).order_by("instance_id"):
            moved += move_task(task, f"{role}@{place.pk}")
    return moved


def ask_to_give_back(person: Person, organisation: Organisation, *, now: datetime) -> None:
    """Asks, in the caller's transaction, that the person's open tasks there go back."""
    arguments = {"person": person.pk, "organisation": organisation.pk}
    jobs.enqueue(GIVE_BACK, arguments=arguments, now=now)


@handler(
    GIVE_BACK,
    runs="job",
    repeat="safe",
    title=("Uzdevumu atdošana grupai", "Giving tasks back to their group"),
)
def give_back_all(context: HandlerContext) -> None:
    """Gives the open tasks back that somebody has for an organisation and may do no longer."""
    person = Person.objects.get(pk=context.arguments["person"])
    organisation = Organisation.objects.get(pk=context.arguments["organisation"])
    for task in tasks_held(person, organisation):
        if not _may_keep(task, context.now, organisation):
            give_back(task, organisation)
