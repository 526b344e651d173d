"""Drafts: what is typed in a task and not sent."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.task_shapes import DraftInSerializer, DraftSerializer
from api.views import Endpoint
from cases import queries
from cases.services import tasks as services

NONE: dict[str, Any] = {"content": {}, "version": 0, "author_name": "", "is_mine": False, "saved_at": None}


class DraftView(Endpoint):
    """The draft of a task."""

    needs: ClassVar = {"GET": "tasks:read", "PUT": "tasks:write"}
    names: ClassVar = {"GET": "task_draft", "PUT": "task_draft_save"}
    problems: ClassVar = {"PUT": (404, 409, 422)}

    @extend_schema(summary="The draft of a task", responses=DraftSerializer)
    def get(self, _request: Request, task_id: UUID) -> Response:
        """What was typed last, or an empty draft of version 0."""
        return Response(DraftSerializer(queries.task_detail(self.scope, task_id).draft or NONE).data)

    @extend_schema(summary="Save the draft of a task", request=DraftInSerializer, responses=DraftSerializer)
    def put(self, _request: Request, task_id: UUID) -> Response:
        """The saved draft with its new version; refused when somebody saved another one meanwhile."""
        given = self.body(DraftInSerializer)
        saved = services.save_draft(
            task_id, user=self.actor, content=given["content"], version=given.get("version")
        )
        draft = {
            "content": saved.content,
            "version": saved.version,
            "author_name": self.actor.display,
            "is_mine": True,
            "saved_at": saved.saved_at,
        }
        return Response(DraftSerializer(draft).data)
