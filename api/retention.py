"""How long data are kept, for administrators: the rules, what is due, and the lists that two people sign."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.authentication import moment
from api.fields import QueryWhole, StrictSerializer, Text
from api.operations import Administrative
from api.pages import LARGEST, PAGE, PageQuery, PageSerializer, framed
from api.words import Words
from cases import retention
from cases.models import RetentionItem, RetentionRule, RetentionRun
from cases.queries.retaining import rule_rows, run_cases, run_of
from cases.retention import Due

READ, WRITE = "retention:read", "retention:write"
ACTIONS = list(RetentionRule.Action.values)
RUN_STATUSES = list(RetentionRun.Status.values)
DIGEST = "[0-9a-f]{64}"


class RetentionRuleSerializer(serializers.Serializer[Any]):
    """What is done with a process's closed cases after how many years; nothing without a legal basis."""

    process = serializers.CharField()
    process_name = Words("process")
    years = serializers.IntegerField(allow_null=True)
    action = serializers.ChoiceField(ACTIONS, allow_blank=True)
    legal_basis = serializers.CharField(allow_blank=True)
    due = serializers.IntegerField()


class RetentionRulesSerializer(serializers.Serializer[Any]):
    """The rules, then the processes for which nobody has set one."""

    items = RetentionRuleSerializer(many=True)


class DueCaseSerializer(serializers.Serializer[Any]):
    """A case whose time is over by a rule."""

    case = serializers.UUIDField(source="case.public_id")
    case_number = serializers.CharField(source="case.number")
    process = serializers.CharField(source="case.process_key")
    closed_at = serializers.DateTimeField(source="case.closed_at", allow_null=True)
    action = serializers.ChoiceField(ACTIONS, source="rule.action")
    legal_basis = serializers.CharField(source="rule.legal_basis")


class DueCasesSerializer(serializers.Serializer[Any]):
    """What is due today: `digest` is of the whole list, `count` of all of it, `items` its beginning."""

    items = DueCaseSerializer(many=True)
    count = serializers.IntegerField()
    digest = serializers.CharField()


class DueQuery(StrictSerializer):
    """How many at most."""

    limit = QueryWhole(required=False, min_value=1, max_value=LARGEST, default=PAGE)


class RetentionRunSerializer(serializers.Serializer[Any]):
    """A list of cases to be emptied; `may_sign`: somebody else prepared it and it waits for a signature."""

    id = serializers.UUIDField(source="public_id")
    status = serializers.ChoiceField(RUN_STATUSES)
    digest = serializers.CharField()
    cases = serializers.SerializerMethodField()
    emptied = serializers.SerializerMethodField()
    prepared_by = serializers.CharField(source="prepared_by.person")
    prepared_at = serializers.DateTimeField()
    signed_by = serializers.CharField(source="signed_by.person", allow_null=True, default=None)
    signed_at = serializers.DateTimeField(allow_null=True)
    done_at = serializers.DateTimeField(allow_null=True)
    may_sign = serializers.SerializerMethodField()

    def get_cases(self, run: RetentionRun) -> int:
        """How many cases it has."""
        return run.items.count()

    def get_emptied(self, run: RetentionRun) -> int:
        """How many of them are empty by now."""
        return run.items.exclude(done_at=None).count()

    def get_may_sign(self, run: RetentionRun) -> bool:
        """Whether I am the second person."""
        other = run.prepared_by.person_id != self.context["person"]
        return run.status == RetentionRun.Status.PREPARED and other


class RetentionRunsSerializer(serializers.Serializer[Any]):
    """The newest lists."""

    items = RetentionRunSerializer(many=True)


class RunCaseSerializer(serializers.Serializer[Any]):
    """A case in a list; `skipped` says why it was left as it is, such as `held`."""

    case = serializers.UUIDField(source="case.public_id")
    case_number = serializers.CharField(source="case.number")
    process = serializers.CharField(source="case.process_key")
    closed_at = serializers.DateTimeField(source="case.closed_at", allow_null=True)
    action = serializers.ChoiceField(ACTIONS)
    legal_basis = serializers.CharField(source="rule.legal_basis")
    done_at = serializers.DateTimeField(allow_null=True)
    skipped = serializers.CharField(allow_blank=True)


class RunCasePageSerializer(PageSerializer):
    """A page of the cases in a list."""

    items = RunCaseSerializer(many=True)


class PrepareSerializer(StrictSerializer):
    """`digest` of what was due when it was looked at; without it whatever is due now."""

    digest = Text(required=False, default="", pattern=DIGEST)


class SignSerializer(StrictSerializer):
    """The digest of the list that was looked through: nothing else is signed."""

    digest = Text(pattern=DIGEST)


class RetentionRulesView(Administrative):
    """The rules."""

    needs: ClassVar = {"GET": READ}
    names: ClassVar = {"GET": "retention_rules"}
    problems: ClassVar = {"GET": (404,)}

    @extend_schema(summary="How long the cases of each process are kept", responses=RetentionRulesSerializer)
    def get(self, _request: Request) -> Response:
        """Every rule with how many cases are due by it today."""
        return Response(RetentionRulesSerializer({"items": rule_rows(moment(self.request))}).data)


class RetentionDueView(Administrative):
    """What is due."""

    needs: ClassVar = {"GET": READ}
    names: ClassVar = {"GET": "retention_due"}
    queries: ClassVar = {"GET": DueQuery}
    problems: ClassVar = {"GET": (404,)}

    @extend_schema(summary="What would be emptied if it were listed today", responses=DueCasesSerializer)
    def get(self, _request: Request) -> Response:
        """The cases whose time is over; nothing is changed."""
        due: list[Due] = retention.due_cases(moment(self.request))
        told = {
            "items": due[: self.query["limit"]],
            "count": len(due),
            "digest": retention.digest_of(due),
        }
        return Response(DueCasesSerializer(told).data)


class RetentionRunsView(Administrative):
    """The lists."""

    needs: ClassVar = {"GET": READ, "POST": WRITE}
    names: ClassVar = {"GET": "retention_runs", "POST": "retention_prepare"}
    problems: ClassVar = {"GET": (404,), "POST": (404, 409)}

    @extend_schema(summary="The newest lists of cases to be emptied", responses=RetentionRunsSerializer)
    def get(self, _request: Request) -> Response:
        """Prepared, signed and done ones."""
        runs = retention.newest_runs(PAGE)
        return Response(RetentionRunsSerializer({"items": runs}, context=self._told).data)

    @extend_schema(
        summary="Prepare the list of what is due, for somebody else to sign",
        request=PrepareSerializer,
        responses={201: RetentionRunSerializer},
    )
    def post(self, _request: Request) -> Response:
        """The list; no case is changed."""
        run = retention.prepare_run(self.actor, digest=self.body(PrepareSerializer)["digest"])
        return Response(RetentionRunSerializer(run_of(run.public_id), context=self._told).data, status=201)

    @property
    def _told(self) -> dict[str, Any]:
        return {"person": self.actor.person_id}


class RetentionRunView(Administrative):
    """One list."""

    needs: ClassVar = {"GET": READ}
    names: ClassVar = {"GET": "retention_run"}

    @extend_schema(summary="A list of cases to be emptied", responses=RetentionRunSerializer)
    def get(self, _request: Request, run_id: UUID) -> Response:
        """Who prepared and signed it, and how far it is."""
        context = {"person": self.actor.person_id}
        return Response(RetentionRunSerializer(run_of(run_id), context=context).data)


class RetentionRunCasesView(Administrative):
    """What a list has in it."""

    needs: ClassVar = {"GET": READ}
    names: ClassVar = {"GET": "retention_run_cases"}
    queries: ClassVar = {"GET": PageQuery}

    @extend_schema(
        summary="The cases in a list, to look through before signing", responses=RunCasePageSerializer
    )
    def get(self, _request: Request, run_id: UUID) -> Response:
        """A page of them."""
        page = run_cases(run_of(run_id), self.query.get("cursor"), self.query["limit"])
        items: list[RetentionItem] = list(page.items)
        return Response(RunCasePageSerializer(framed(page, items)).data)


class RetentionSignView(Administrative):
    """The second person's signature."""

    needs: ClassVar = {"POST": WRITE}
    names: ClassVar = {"POST": "retention_sign"}
    problems: ClassVar = {"POST": (403, 404, 409)}

    @extend_schema(
        summary="Sign a list that somebody else prepared; then its cases are emptied",
        request=SignSerializer,
        responses={202: RetentionRunSerializer},
    )
    def post(self, _request: Request, run_id: UUID) -> Response:
        """The list, whose job has begun; there is no way back."""
        retention.sign_run(run_id, self.actor, digest=self.body(SignSerializer)["digest"])
        context = {"person": self.actor.person_id}
        return Response(RetentionRunSerializer(run_of(run_id), context=context).data, status=202)
