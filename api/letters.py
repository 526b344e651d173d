"""A letter of ours in words: what the page of it says, for programs."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.etags import row_tag, versioned
from api.views import Endpoint
from cases.documents import read_letter
from cases.pdf import to_json

BLOCKS = ["heading", "text", "points", "facts", "table"]


class BlockSerializer(serializers.Serializer[Any]):
    """A part of a letter: `items` are numbered points, `rows` facts or a table under its `head`."""

    block = serializers.ChoiceField(BLOCKS)
    text = serializers.CharField(allow_blank=True, default="")
    items = serializers.ListField(child=serializers.CharField(), default=list)
    about = serializers.CharField(allow_blank=True, default="")
    head = serializers.ListField(child=serializers.CharField(), default=list)
    rows = serializers.ListField(child=serializers.ListField(child=serializers.CharField()), default=list)


class LetterSerializer(serializers.Serializer[Any]):
    """A letter, word for word as its file says it; `signed_by` are the office and the name."""

    sender = serializers.CharField(allow_blank=True)
    sender_lines = serializers.ListField(child=serializers.CharField())
    dated = serializers.CharField(allow_blank=True)
    number = serializers.CharField(allow_blank=True)
    addressee = serializers.ListField(child=serializers.CharField())
    title = serializers.CharField()
    blocks = BlockSerializer(many=True)
    signed_by = serializers.ListField(child=serializers.CharField(allow_blank=True))
    notes = serializers.ListField(child=serializers.CharField())
    language = serializers.CharField()


class LetterView(Endpoint):
    """The words of a letter."""

    needs: ClassVar = {"GET": "documents:read"}
    names: ClassVar = {"GET": "document_letter"}
    rates: ClassVar = {"GET": "export"}
    tagged: ClassVar = ("GET",)

    @extend_schema(summary="What a letter of ours says", responses=LetterSerializer)
    def get(self, _request: Request, document_id: UUID) -> Response:
        """The letter in words; 404 for a document that is no letter of ours."""
        _document, said = read_letter(self.scope, document_id)
        shown = LetterSerializer(to_json(said)).data
        return versioned(self.request, shown, row_tag(0, shown))
