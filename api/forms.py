"""Forms: the JSON Schema of a task's form in the version that the case runs, with what can be chosen now."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.views import Endpoint
from api.words import Words, chosen
from cases import queries
from cases.forms import Form, FormContext, choices, record_offered


class ChoiceSerializer(serializers.Serializer[Any]):
    """One thing that can be chosen."""

    value = serializers.CharField()
    label: Any = Words("label")


class RowFactSerializer(serializers.Serializer[Any]):
    """Something that is known about a row."""

    label: Any = Words("label")
    text: Any = Words("text")


class RowSerializer(serializers.Serializer[Any]):
    """A row of a table: the fields `<table>-<key>-<column>` ask about it."""

    key = serializers.CharField()
    title: Any = Words("title")
    facts = RowFactSerializer(many=True)


class FormSerializer(serializers.Serializer[Any]):
    """A form; `schema` is draft 2020-12 with our `x-` words, `choices` those of fields with a source.

    `rows` are those of its tables, with what is known about each.
    """

    key = serializers.CharField()
    digest = serializers.CharField()
    title = serializers.CharField()
    schema = serializers.DictField()
    choices = serializers.DictField(child=ChoiceSerializer(many=True))
    rows = RowSerializer(many=True)


class TaskFormView(Endpoint):
    """The form of a task."""

    needs: ClassVar = {"GET": "tasks:read"}
    names: ClassVar = {"GET": "task_form"}

    @extend_schema(summary="The form of a task", responses=FormSerializer)
    def get(self, _request: Request, task_id: UUID) -> Response:
        """The schema that the answers have to fit, and the choices of its fields."""
        view = queries.task_detail(self.scope, task_id)
        return Response(shown(view.form, view.context))


def shown(form: Form, context: FormContext) -> dict[str, Any]:
    """A form with what can be chosen in it now; that people were offered is recorded."""
    offered = {field.name: choices(field, context) for field in form.fields if field.source}
    record_offered(context, form, offered)
    rows = [field.row for field in form.fields if field.row is not None and field.is_first]
    return {
        "key": form.key,
        "digest": form.digest,
        "title": chosen(form.title_lv, form.title_en),
        "schema": dict(form.schema),
        "choices": {name: ChoiceSerializer(found, many=True).data for name, found in offered.items()},
        "rows": RowSerializer(rows, many=True).data,
    }
