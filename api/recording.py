"""A case as a scenario for tests, for administrators."""

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.views import Endpoint
from cases.recording import recorded_scenario


class ScenarioSerializer(serializers.Serializer[Any]):
    """A scenario in TOML: the way of the case over its diagram, with examples for what people wrote."""

    name = serializers.CharField()
    steps = serializers.IntegerField()
    text = serializers.CharField()


class CaseScenarioView(Endpoint):
    """A case as a scenario."""

    needs: ClassVar = {"GET": "operations:read"}
    names: ClassVar = {"GET": "case_scenario"}
    problems: ClassVar = {"GET": (409,)}

    @extend_schema(
        summary="A case as a scenario for tests, without anybody in it", responses=ScenarioSerializer
    )
    def get(self, _request: Request, case_id: UUID) -> Response:
        """What can be pasted into the scenarios of the process."""
        return Response(ScenarioSerializer(recorded_scenario(self.scope, case_id)).data)
