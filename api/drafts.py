"""Drafts: what is typed in a task and not sent."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.etags import expected_version, row_tag, versioned
from api.task_shapes import ComparedSerializer, ComparisonSerializer, DraftInSerializer, DraftSerializer
from api.views import Endpoint
from api.words import chosen
from cases import queries
from cases.errors import DraftConflict, PreconditionFailed
from cases.queries import TaskView
from cases.services import tasks as services

NONE: dict[str, Any] = {"content": {}, "version": 0, "author_name": "", "is_mine": False, "saved_at": None}


class DraftView(Endpoint):
    """The draft of a task."""

    needs: ClassVar = {"GET": "tasks:read", "PUT": "tasks:write"}
    names: ClassVar = {"GET": "task_draft", "PUT": "task_draft_save"}
    problems: ClassVar = {"PUT": (404, 409, 422)}
    tagged: ClassVar = ("GET", "PUT")
    matched: ClassVar = ("PUT",)

    @extend_schema(summary="The draft of a task", responses=DraftSerializer)
    def get(self, _request: Request, task_id: UUID) -> Response:
        """What was typed last, or an empty draft of version 0."""
        shown = DraftSerializer(queries.task_detail(self.scope, task_id).draft or NONE).data
        return versioned(self.request, shown, row_tag(shown["version"], shown))

    @extend_schema(summary="Save the draft of a task", request=DraftInSerializer, responses=DraftSerializer)
    def put(self, _request: Request, task_id: UUID) -> Response:
        """The saved draft with its new version; refused when somebody saved another one meanwhile.

        The version that it replaces stands in `If-Match` or in the body. Without either it can only be the
        first one, so that nobody's draft is ever overwritten unseen.
        """
        given = self.body(DraftInSerializer)
        matched = expected_version(self.request)
        version = given.get("version") if matched is None else matched
        try:
            saved = services.save_draft(task_id, user=self.actor, content=given["content"], version=version)
        except DraftConflict as conflict:
            raise (conflict if matched is None else PreconditionFailed()) from None
        draft = {
            "content": saved.content,
            "version": saved.version,
            "author_name": self.actor.display,
            "is_mine": True,
            "saved_at": saved.saved_at,
        }
        shown = DraftSerializer(draft).data
        return Response(shown, headers={"ETag": row_tag(saved.version, shown)})


class DraftComparisonView(Endpoint):
    """Two versions of one draft."""

    needs: ClassVar = {"POST": "tasks:read"}
    names: ClassVar = {"POST": "task_draft_compare"}
    problems: ClassVar = {"POST": (404, 422)}

    @extend_schema(
        summary="Compare what is typed with the saved draft",
        request=ComparedSerializer,
        responses=ComparisonSerializer,
    )
    def post(self, _request: Request, task_id: UUID) -> Response:
        """What differs; nothing is saved."""
        content = self.body(ComparedSerializer)["content"]
        view = queries.task_detail(self.scope, task_id)
        told = {"draft": view.draft, "differences": _differences(view, content)}
        return Response(ComparisonSerializer(told).data)


def _differences(view: TaskView, content: dict[str, Any]) -> list[dict[str, Any]]:
    saved = view.draft.content if view.draft else {}
    return [
        {
            "field": field.name,
            "title": chosen(field.label_lv, field.label_en),
            "given": content.get(field.name),
            "saved": saved.get(field.name),
        }
        for field in view.form.fields
        if content.get(field.name) != saved.get(field.name)
    ]
