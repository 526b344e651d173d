"""Documents: what a case holds, a download, and an upload into an answer of a task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any, ClassVar
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import StrictSerializer, Text
from api.views import Endpoint
from api.words import Words
from cases import queries
from cases.documents import LARGEST, read
from cases.services.uploads import attach_document
from cases.uploads import TYPE_OF_EXTENSION

FRAME = 64 * 1024
BINARY = {"type": "string", "format": "binary"}
NO_FILE: dict[str, Any] = {
    "required": gettext_lazy("Send a file."),
    "invalid": gettext_lazy("Send a file."),
    "no_name": gettext_lazy("The file needs a name."),
    "max_length": gettext_lazy("The file's name may have at most {max_length} characters."),
}


class DocumentSerializer(serializers.Serializer[Any]):
    """A file in a case; `sha256` is that of its bytes, `version` counts within its kind."""

    id = serializers.UUIDField(source="public_id")
    kind = serializers.CharField()
    title = Words("title")
    file_name = serializers.CharField()
    content_type = serializers.CharField()
    sha256 = serializers.CharField(source="blob_id")
    version = serializers.IntegerField()
    given_at = serializers.DateTimeField()


class DocumentsSerializer(serializers.Serializer[Any]):
    """The documents of a case in the order they came."""

    items = DocumentSerializer(many=True)


class UploadSerializer(StrictSerializer):
    """A file for one question of the task's form; its id is then the answer."""

    field = Text(max_length=100)
    file = serializers.FileField(max_length=200, allow_empty_file=True, error_messages=NO_FILE)


class FormParser(MultiPartParser):
    """`multipart/form-data`; what it cannot read is refused in our words."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The fields and files."""
        try:
            return super().parse(stream, media_type, parser_context)
        except ParseError:
            raise ParseError(_("The body is not a form with a file.")) from None


class CaseDocumentsView(Endpoint):
    """The documents of a case."""

    needs: ClassVar = {"GET": "documents:read"}
    names: ClassVar = {"GET": "case_documents"}

    @extend_schema(summary="The documents of a case", responses=DocumentsSerializer)
    def get(self, _request: Request, case_id: UUID) -> Response:
        """Every document that I may see."""
        case = queries.case_detail(self.scope, case_id)
        return Response(DocumentsSerializer({"items": case.documents}).data)


class DocumentView(Endpoint):
    """A document's bytes."""

    needs: ClassVar = {"GET": "documents:read"}
    names: ClassVar = {"GET": "document"}

    @extend_schema(
        summary="Download a document",
        responses={(200, kind): OpenApiResponse(BINARY) for kind in sorted(set(TYPE_OF_EXTENSION.values()))},
    )
    def get(self, _request: Request, document_id: UUID) -> HttpResponse:
        """The file as it was stored, always as an attachment."""
        document, content = read(self.scope, document_id)
        response = HttpResponse(content, content_type=document.content_type)
        attachment = content_disposition_header(as_attachment=True, filename=document.file_name)
        response["Content-Disposition"] = attachment or "attachment"
        response["Content-Security-Policy"] = "sandbox; default-src 'none'"
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "no-store"
        return response


class TaskDocumentsView(Endpoint):
    """Uploads into a task."""

    needs: ClassVar = {"POST": "documents:write"}
    names: ClassVar = {"POST": "task_upload"}
    problems: ClassVar = {"POST": (404, 409, 422)}
    parser_classes = (FormParser,)
    body_limit = LARGEST + FRAME

    @extend_schema(
        summary="Upload a file into a question of the task's form",
        request={"multipart/form-data": UploadSerializer},
        responses={201: DocumentSerializer},
    )
    def post(self, _request: Request, task_id: UUID) -> Response:
        """The stored document; sent twice it is one document."""
        given = self.body(UploadSerializer)
        upload: UploadedFile[Any] = given["file"]
        document = attach_document(
            task_id, user=self.actor, field=given["field"], name=upload.name or "", content=upload.read()
        )
        return Response(DocumentSerializer(document).data, status=201)
