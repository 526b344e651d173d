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
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from api.etags import not_modified
from api.fields import StrictSerializer, Text
from api.views import Endpoint
from api.words import Words, chosen
from cases import addresses, queries
from cases.documents import LARGEST, read
from cases.models import Blob, Document, Signature
from cases.previews import preview
from cases.previews.making import DRAWN
from cases.queries.views.documents import DocumentGroup, DocumentItem
from cases.services.uploads import attach_document
from cases.signatures.telling import told
from cases.uploads import TYPE_OF_EXTENSION

FRAME = 64 * 1024
BINARY = {"type": "string", "format": "binary"}
NO_FILE: dict[str, Any] = {
    "required": gettext_lazy("Send a file."),
    "invalid": gettext_lazy("Send a file."),
    "no_name": gettext_lazy("The file needs a name."),
    "max_length": gettext_lazy("The file's name may have at most {max_length} characters."),
}


class SignatureSerializer(serializers.Serializer[Any]):
    """The result of validating a document's signature; the signer's code is masked."""

    indication = serializers.ChoiceField(["TOTAL_PASSED", "INDETERMINATE"])
    code = serializers.CharField()
    text = serializers.SerializerMethodField()
    signer = serializers.CharField(source="signer_name", allow_blank=True)
    signer_code = serializers.CharField(source="signer_masked", allow_blank=True)
    signed_at = serializers.DateTimeField(allow_null=True)
    trust = serializers.CharField(allow_blank=True)
    validated_at = serializers.DateTimeField()

    def get_text(self, row: Signature) -> str:
        """The result in words."""
        words = told(row)
        return chosen(words.text_lv, words.text_en)


class DocumentSerializer(serializers.Serializer[Any]):
    """A file in a case; `sha256` is that of its bytes, `version` counts within its kind.

    `signature` is that of a file which had to be signed, otherwise null.
    """

    id = serializers.UUIDField(source="public_id")
    kind = serializers.CharField()
    title = Words("title")
    file_name = serializers.CharField()
    content_type = serializers.CharField()
    sha256 = serializers.CharField(source="blob_id")
    version = serializers.IntegerField()
    given_at = serializers.DateTimeField()
    signature = SignatureSerializer(allow_null=True)


class DocumentVersionSerializer(serializers.Serializer[Any]):
    """A version of a paper."""

    id = serializers.UUIDField(source="row.public_id")
    version = serializers.IntegerField(source="row.version")
    given_at = serializers.DateTimeField(source="row.given_at")


class CaseDocumentSerializer(DocumentSerializer):
    """A document with who gave it in which task, and where it is seen.

    `page` is the address of the same letter as an accessible page, `preview` of a picture of its first page;
    both are null where there is none. `versions` are all versions of the paper, newest first.
    """

    size = serializers.IntegerField(source="blob.size")
    scan = serializers.ChoiceField(Blob.Scan.values, source="blob.scan", allow_blank=True)
    given_by = serializers.SerializerMethodField()
    task = serializers.SerializerMethodField()
    page = serializers.SerializerMethodField()
    preview = serializers.SerializerMethodField()
    versions = serializers.SerializerMethodField()

    def _told(self, row: Document) -> tuple[DocumentGroup, DocumentItem]:
        found: tuple[DocumentGroup, DocumentItem] = self.context["told"][row.pk]
        return found

    def get_given_by(self, row: Document) -> str:
        """The name."""
        return self._told(row)[1].given_by

    def get_task(self, row: Document) -> str | None:
        """The name of the task."""
        item = self._told(row)[1]
        return chosen(item.task_lv, item.task_en) or None

    def get_page(self, row: Document) -> str | None:
        """Where the letter is a page."""
        return addresses.of_letter(row.public_id) if row.letter is not None else None

    def get_preview(self, row: Document) -> str | None:
        """Where the picture is."""
        return f"/api/v1/documents/{row.public_id}/preview" if row.content_type in DRAWN else None

    @extend_schema_field(DocumentVersionSerializer(many=True))
    def get_versions(self, row: Document) -> list[dict[str, Any]]:
        """All versions of the paper."""
        return [dict(one) for one in DocumentVersionSerializer(self._told(row)[0].items, many=True).data]


class DocumentsSerializer(serializers.Serializer[Any]):
    """The documents of a case in the order they came."""

    items = CaseDocumentSerializer(many=True)


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
        told = {item.row.pk: (group, item) for group in case.papers for item in group.items}
        return Response(DocumentsSerializer({"items": case.documents}, context={"told": told}).data)


class PreviewView(Endpoint):
    """A picture of a document."""

    needs: ClassVar = {"GET": "documents:read"}
    names: ClassVar = {"GET": "document_preview"}
    problems: ClassVar = {"GET": (403, 404, 409)}
    rates: ClassVar = {"GET": "export"}

    @extend_schema(
        summary="See the first page of a document", responses={(200, "image/png"): OpenApiResponse(BINARY)}
    )
    def get(self, _request: Request, document_id: UUID) -> HttpResponse:
        """The first page, drawn here as PNG; 404 for a file of which none can be drawn."""
        _sha256, drawn = preview(self.scope, document_id)
        response = HttpResponse(drawn, content_type="image/png")
        response["Content-Security-Policy"] = "sandbox; default-src 'none'"
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "no-store"
        return response


class DocumentView(Endpoint):
    """A document's bytes."""

    needs: ClassVar = {"GET": "documents:read"}
    names: ClassVar = {"GET": "document"}
    problems: ClassVar = {"GET": (403, 404, 409)}
    rates: ClassVar = {"GET": "export"}
    tagged: ClassVar = ("GET",)

    @extend_schema(
        summary="Download a document",
        responses={(200, kind): OpenApiResponse(BINARY) for kind in sorted(set(TYPE_OF_EXTENSION.values()))},
    )
    def get(self, _request: Request, document_id: UUID) -> HttpResponse:
        """The file as it was stored, always as an attachment."""
        document, content = read(self.scope, document_id)
        tag = f'"{document.blob_id}"'
        if (known := not_modified(self.request, tag)) is not None:
            return known
        response = HttpResponse(content, content_type=document.content_type)
        attachment = content_disposition_header(as_attachment=True, filename=document.file_name)
        response["Content-Disposition"] = attachment or "attachment"
        response["Content-Security-Policy"] = "sandbox; default-src 'none'"
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "no-store"
        response["ETag"] = tag
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
