"""Tasks: the inbox, one task, and what a person does to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.answers import answered
from api.etags import row_tag, versioned
from api.organisations import visible
from api.pages import framed
from api.searching import Search
from api.task_shapes import (
    ClaimSerializer,
    CompletedSerializer,
    CompleteSerializer,
    HeldSerializer,
    ReturnSerializer,
    TaskDetailSerializer,
    TaskPageSerializer,
    TaskQuery,
    TaskSearchSerializer,
)
from api.views import Endpoint
from api.words import chosen
from cases import queries
from cases.preconditions import version_of
from cases.queries import InboxFilters
from cases.queries.views import InboxRow, TaskView
from cases.services import tasks as services
from cases.services.tasks import Completed
from engine.events import TaskRow
from registries.models import Organisation
from registries.queries import organisations_by_key

ACTING = (404, 409, 422)


class TasksView(Endpoint):
    """The inbox."""

    needs: ClassVar = {"GET": "tasks:read"}
    names: ClassVar = {"GET": "tasks"}
    queries: ClassVar = {"GET": TaskQuery}
    problems: ClassVar = {"GET": (404,)}

    @extend_schema(summary="My inbox, most urgent or newest first", responses=TaskPageSerializer)
    def get(self, _request: Request) -> Response:
        """A page of tasks, with how many wait in each part of the inbox."""
        return _page(self, self.query, self.query.get("number", ""))


class TaskSearchView(Search):
    """Searching the inbox."""

    needs: ClassVar = {"POST": "tasks:read"}
    names: ClassVar = {"POST": "task_search"}

    @extend_schema(
        summary="Look for tasks by number or name", request=TaskSearchSerializer, responses=TaskPageSerializer
    )
    def post(self, _request: Request) -> Response:
        """A page of the tasks found; what was looked for is recorded as a keyed hash."""
        asked = self.body(TaskSearchSerializer)
        return _page(self, asked, asked["text"])


class TaskDetailView(Endpoint):
    """One task."""

    needs: ClassVar = {"GET": "tasks:read"}
    names: ClassVar = {"GET": "task"}
    tagged: ClassVar = ("GET",)

    @extend_schema(
        summary="A task with the answers that its form begins with", responses=TaskDetailSerializer
    )
    def get(self, _request: Request, task_id: UUID) -> Response:
        """The task, its case, draft, comments and documents, and what I may do with it."""
        view = queries.task_detail(self.scope, task_id)
        shown = TaskDetailSerializer(_detail(view)).data
        return versioned(self.request, shown, row_tag(version_of(view.context.case), shown))


class ClaimView(Endpoint):
    """Taking a task."""

    needs: ClassVar = {"POST": "tasks:write"}
    names: ClassVar = {"POST": "task_claim"}
    matched: ClassVar = ("POST",)
    problems: ClassVar = {"POST": ACTING}

    @extend_schema(summary="Take a task", request=ClaimSerializer, responses=HeldSerializer)
    def post(self, _request: Request, task_id: UUID) -> Response:
        """The task is mine; from a colleague only with `take_over`."""
        take_over = self.body(ClaimSerializer)["take_over"]
        with self.expecting():
            return held(services.claim_task(task_id, user=self.actor, take_over=take_over))


class ReleaseView(Endpoint):
    """Giving a task back."""

    needs: ClassVar = {"POST": "tasks:write"}
    names: ClassVar = {"POST": "task_release"}
    matched: ClassVar = ("POST",)
    problems: ClassVar = {"POST": ACTING}

    @extend_schema(summary="Give a task back to its group", request=None, responses=HeldSerializer)
    def post(self, _request: Request, task_id: UUID) -> Response:
        """The task waits for anybody of its group."""
        self.no_body()
        with self.expecting():
            return held(services.release_task(task_id, user=self.actor))


class CompleteView(Endpoint):
    """Completing a task."""

    needs: ClassVar = {"POST": "tasks:write"}
    names: ClassVar = {"POST": "task_complete"}
    matched: ClassVar = ("POST",)
    keyed: ClassVar = ("POST",)
    problems: ClassVar = {"POST": ACTING}

    @extend_schema(
        summary="Complete a task with its answers", request=CompleteSerializer, responses=CompletedSerializer
    )
    def post(self, _request: Request, task_id: UUID) -> Response:
        """The case has moved on; `next_task` is what is next for me, if anything."""
        given = self.body(CompleteSerializer)
        with self.expecting():
            done = services.complete_task(
                task_id,
                user=self.actor,
                answers=given["answers"],
                draft_version=given.get("draft_version"),
                idempotency_key=self.idempotency_key,
                body_sha256=self.body_sha256,
            )
        return _completed(done)


class ReturnView(Endpoint):
    """Returning a case for correction."""

    needs: ClassVar = {"POST": "tasks:write"}
    names: ClassVar = {"POST": "task_return"}
    matched: ClassVar = ("POST",)
    keyed: ClassVar = ("POST",)
    problems: ClassVar = {"POST": ACTING}

    @extend_schema(
        summary="Return the case for correction", request=ReturnSerializer, responses=CompletedSerializer
    )
    def post(self, _request: Request, task_id: UUID) -> Response:
        """Only the commented fields open; the case comes back to the same officer."""
        given = self.body(ReturnSerializer)
        with self.expecting():
            done = services.return_task(
                task_id,
                user=self.actor,
                comments=given["comments"],
                answers=given["answers"],
                idempotency_key=self.idempotency_key,
                body_sha256=self.body_sha256,
            )
        return _completed(done)


def _page(endpoint: Endpoint, asked: Mapping[str, Any], text: str) -> Response:
    organisation = asked.get("organisation")
    filters = InboxFilters(
        queue=asked["queue"],
        q=text,
        process=asked.get("process", ""),
        organisation=visible(endpoint.scope, organisation).pk if organisation else None,
        overdue=asked["overdue"],
        due_week=asked["due_week"],
        sort=asked["sort"],
    )
    page = queries.inbox(endpoint.scope, filters=filters, cursor=asked.get("cursor"), limit=asked["limit"])
    organisations = organisations_by_key(row.organisation_id for row in page.items)
    items = [_item(row, organisations[row.organisation_id]) for row in page.items]
    return Response(TaskPageSerializer({**framed(page, items), "counts": page.counts}).data)


def _completed(done: Completed) -> Response:
    told = {
        "task": done.task_public_id,
        "case": done.case_public_id,
        "case_number": done.case_number,
        "case_status": done.status,
        "next_task": done.next_task_public_id,
    }
    headers = {"Idempotency-Replayed": "true"} if done.replayed else None
    return Response(CompletedSerializer(told).data, headers=headers)


def held(row: TaskRow) -> Response:
    """A task after it changed hands."""
    told = {
        "id": row.public_id,
        "element": row.element,
        "group": row.group,
        "is_free": not row.assignee,
        "due_at": row.due_at,
    }
    return Response(HeldSerializer(told).data)


def _task(row: InboxRow | TaskView) -> dict[str, Any]:
    """What a task in a list and by itself have in common."""
    return {
        "id": row.public_id,
        "element": row.element,
        "name": chosen(row.name_lv, row.name_en),
        "status": row.status,
        "group": row.group,
        "assignee": row.assignee_name,
        "is_mine": row.is_mine,
        "opened_at": row.opened_at,
        "due_at": row.due_at,
        "is_overdue": row.is_overdue,
    }


def _case(row: InboxRow | TaskView, organisation: Organisation) -> dict[str, Any]:
    return {
        "id": row.case_public_id,
        "number": row.case_number,
        "status": row.case_status,
        "process": row.process_key,
        "process_name": chosen(row.process_lv, row.process_en),
        "organisation": organisation,
    }


def _item(row: InboxRow, organisation: Organisation) -> dict[str, Any]:
    return {
        **_task(row),
        "form": row.form_key,
        "state": row.state,
        "blocked": row.blocked.value if row.blocked else None,
        "case": _case(row, organisation),
    }


def _detail(view: TaskView) -> dict[str, Any]:
    organisation = organisations_by_key([view.organisation_id])[view.organisation_id]
    return {
        **_task(view),
        "form": view.form.key,
        "due_explanation": chosen(view.explanation_lv, view.explanation_en),
        "case": _case(view, organisation),
        "values": dict(view.values),
        "open_fields": None if view.open_fields is None else sorted(view.open_fields),
        "comments": [asdict(comment) for comment in view.comments],
        "earlier": [answered(answer) for answer in view.earlier],
        "draft": view.draft,
        "documents": list(view.documents),
        "against": view.against.value if view.against else None,
        "can_claim": view.can_claim,
        "can_release": view.can_release,
        "can_return": view.can_return,
        "returned_form": view.returned_form.key if view.returned_form else None,
        "done_by": view.done_by,
        "done_at": view.done_at,
    }
