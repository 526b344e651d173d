"""Open cases and other versions of their process: what would become of each, moving them, undoing it."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.batches import BatchSerializer
from api.fields import Object, StrictSerializer, Text, Whole
from api.operations import READ, WRITE, Administrative
from cases import migration_words
from cases.queries.batches import batch_view
from cases.services.batches import LONGEST_REASON
from cases.services.migrating import Chosen, Group, ask_migration, ask_undoing, plan_migration
from engine.core.migrating import Verdict

VERDICTS = [verdict.name.lower() for verdict in Verdict]


class PlanRequest(StrictSerializer):
    """To which version; other elements for open ones that are gone, values as text for new variables."""

    version = Whole(min_value=1, max_value=1_000_000)
    elements = Object(required=False, default=dict)
    values = Object(required=False, default=dict)


class MigrationRequest(PlanRequest):
    """The same, with the reason."""

    reason = Text(max_length=LONGEST_REASON)


class ReasonRequest(StrictSerializer):
    """Why."""

    reason = Text(max_length=LONGEST_REASON)


class MigrationReasonSerializer(serializers.Serializer[Any]):
    """Why a group has its verdict: a code, the element or variable, and words."""

    code = serializers.CharField()
    element = serializers.CharField(allow_blank=True)
    text = serializers.CharField()


class MigrationGroupSerializer(serializers.Serializer[Any]):
    """Open cases of one version with the same verdict for the same reasons."""

    version = serializers.IntegerField()
    verdict = serializers.ChoiceField(VERDICTS)
    count = serializers.IntegerField()
    reasons = MigrationReasonSerializer(many=True)


class MigrationPlanSerializer(serializers.Serializer[Any]):
    """The dry run; `needs_confirming`: another person must confirm what moves a case."""

    version = serializers.IntegerField()
    can_go = serializers.IntegerField()
    total = serializers.IntegerField()
    needs_confirming = serializers.BooleanField()
    groups = MigrationGroupSerializer(many=True)


class MigrationPlanView(Administrative):
    """The dry run."""

    needs: ClassVar = {"POST": READ}
    names: ClassVar = {"POST": "migration_plan"}
    problems: ClassVar = {"POST": (404,)}

    @extend_schema(
        summary="What would become of every open case of the other versions of a process",
        request=PlanRequest,
        responses=MigrationPlanSerializer,
    )
    def post(self, _request: Request, key: str) -> Response:
        """Nothing is changed."""
        asked = self.body(PlanRequest)
        plan = plan_migration(key, asked["version"], _chosen(asked), user=self.actor)
        told = {
            "version": plan.target.version,
            "can_go": plan.count(Verdict.SAFE, Verdict.REARMED, Verdict.CHOSEN),
            "total": plan.count(),
            "needs_confirming": plan.moves,
            "groups": [_group(group) for group in plan.groups],
        }
        return Response(MigrationPlanSerializer(told).data)


class MigrationStartView(Administrative):
    """Moving them."""

    needs: ClassVar = {"POST": WRITE}
    names: ClassVar = {"POST": "migration_start"}
    keyed: ClassVar = ("POST",)
    problems: ClassVar = {"POST": (404, 409)}

    @extend_schema(
        summary="Move the open cases that can follow to a version of their process",
        request=MigrationRequest,
        responses={201: BatchSerializer},
    )
    def post(self, _request: Request, key: str) -> Response:
        """The act on many cases that does it."""
        asked = self.body(MigrationRequest)
        batch = ask_migration(
            key,
            asked["version"],
            _chosen(asked),
            user=self.actor,
            reason=asked["reason"],
            key=self.idempotency_key,
        )
        return Response(BatchSerializer(batch_view(self.scope, batch.public_id)).data, status=201)


class MigrationUndoView(Administrative):
    """Undoing it."""

    needs: ClassVar = {"POST": WRITE}
    names: ClassVar = {"POST": "migration_undo"}
    problems: ClassVar = {"POST": (404, 409)}

    @extend_schema(
        summary="Bring back the cases that a migration moved and that have not moved on",
        request=ReasonRequest,
        responses={201: BatchSerializer},
    )
    def post(self, _request: Request, batch_id: UUID) -> Response:
        """The act on many cases that does it."""
        batch = ask_undoing(batch_id, user=self.actor, reason=self.body(ReasonRequest)["reason"])
        return Response(BatchSerializer(batch_view(self.scope, batch.public_id)).data, status=201)


def _chosen(asked: dict[str, Any]) -> Chosen:
    elements = {name[:100]: str(value)[:100] for name, value in asked["elements"].items()}
    return Chosen(elements, {name[:100]: str(value)[:200] for name, value in asked["values"].items()})


def _group(group: Group) -> dict[str, Any]:
    return {
        "version": group.version,
        "verdict": group.judgement.verdict.name.lower(),
        "count": len(group.instances),
        "reasons": [
            {"code": one.kind, "element": one.element, "text": str(migration_words.words_of(one))}
            for one in group.judgement.findings
        ],
    }
