"""Tasks that four eyes keep a person from doing: not their turn, although their group has them."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from accounts.scope import Scope
from cases import permissions
from cases.errors import Reason
from cases.models import Case
from cases.permissions import TaskFacts
from cases.querysets import names_of
from engine import catalog
from engine import sql as engine_sql
from engine.models import Task

# So many of each group's most urgent tasks are looked through; a later one is in the list with its reason.
LOOKED_THROUGH: Final = 200

# Who did which element of a task's case, as [element, person] pairs; `t` is the task.
DID: Final = """
(SELECT jsonb_agg(DISTINCT jsonb_build_array(b.element,
    CASE WHEN starts_with(b.completed_by, 'person:') THEN substr(b.completed_by, 8)::bigint
         ELSE (SELECT u.person_id FROM accounts_user u WHERE u.username = b.completed_by) END))
 FROM engine_task b WHERE b.instance_id = t.instance_id AND b.status = 'completed')
"""

# Free tasks of their groups in cases in which they did something, that they submitted or that are about them.
_INVOLVED: Final = f"""
SELECT t.id, t.element, i.definition_id, c.subject_id,
    (SELECT u.person_id FROM accounts_user u WHERE u.id = c.applicant_id) AS applicant_person, {DID} AS did
FROM unnest(%(groups)s::text[]) AS n (name) CROSS JOIN LATERAL (
    SELECT f.id, f.instance_id, f.element FROM engine_task f
    WHERE f."group" = n.name AND f.status = 'open' AND f.assignee = ''
    ORDER BY f.due_at, f.id LIMIT %(limit)s
) t
JOIN cases_case c ON c.instance_id = t.instance_id
JOIN engine_processinstance i ON i.id = t.instance_id
WHERE c.applicant_id = %(user)s::bigint OR c.subject_id = %(person)s::bigint OR EXISTS (
    SELECT 1 FROM engine_task d WHERE d.instance_id = t.instance_id AND d.status = 'completed'
        AND d.completed_by = ANY(%(names)s::text[]))
"""  # noqa: S608 (our constants)


def barred(scope: Scope) -> list[int]:
    """Ids of free tasks of their groups that this person may not do; one statement."""
    actor = scope.actor
    if not scope.groups:
        return []
    values = {
        "groups": sorted(scope.groups),
        "user": actor.user_id,
        "person": actor.person_id,
        "names": names_of(actor),
        "limit": LOOKED_THROUGH,
    }
    rows = engine_sql.rows(_INVOLVED, values)
    return [row["id"] for row in rows if permissions.against_person(facts_of(row), actor.person_id)]


def facts_of(row: Mapping[str, Any], task: Task | None = None) -> TaskFacts:
    """What decides who may do the task of a row with `definition_id`, `element`, `did` and its persons."""
    element = catalog.element_of(catalog.definition(row["definition_id"]), row["element"])
    did = permissions.persons_by_element(json.loads(row["did"]) if row["did"] else [])
    return TaskFacts(
        task=task or Task(pk=row["id"]),
        element=element,
        applicant_person=row["applicant_person"],
        subject=row["subject_id"],
        deciders=frozenset().union(*(did.get(name, frozenset()) for name in element.differs_from)),
    )


def reasons(cases: Iterable[Case], open_tasks: Iterable[Task], scope: Scope) -> dict[int, Reason]:
    """Why four eyes keep this person from open tasks of these cases, by task id; one statement."""
    actor, by_instance = scope.actor, {case.instance_id: case for case in cases}
    did: set[tuple[int, str]] = set(
        Task.objects.filter(
            instance_id__in=by_instance, status=Task.Status.COMPLETED, completed_by__in=names_of(actor)
        ).values_list("instance_id", "element")
    )
    found = {}
    for task in open_tasks:
        case = by_instance[task.instance_id]
        element = catalog.element_of(catalog.definition(case.instance.definition_id), task.element)
        earlier = any((task.instance_id, name) in did for name in element.differs_from)
        own = case.applicant_id is not None and case.applicant_id == actor.user_id
        facts = TaskFacts(
            task=task,
            element=element,
            applicant_person=actor.person_id if own else None,
            subject=case.subject_id,
            deciders=frozenset({actor.person_id} if earlier and actor.person_id is not None else ()),
        )
        if (reason := permissions.against_person(facts, actor.person_id)) is not None:
            found[task.pk] = reason
    return found
