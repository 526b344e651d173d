"""Cases: the list, one case, its timeline and diagram; starting and withdrawing one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.answers import answered
from api.case_shapes import (
    CaseClockSerializer,
    CaseDetailSerializer,
    CaseFollowedSerializer,
    CasePageSerializer,
    CaseQuery,
    CaseSearchSerializer,
    CaseStateSerializer,
    DiagramSerializer,
    ExtendSerializer,
    StartedSerializer,
    StartSerializer,
    TimelineSerializer,
)
from api.etags import row_tag, versioned
from api.organisations import visible
from api.pages import framed
from api.searching import Search
from api.views import Endpoint
from api.words import chosen
from cases import queries
from cases.models import Case
from cases.queries import CaseFilters, CaseRow, CaseView
from cases.queries.detail import visible_case
from cases.queries.status import case_status
from cases.services.cases import withdraw_case
from cases.services.extending import extend_deadline
from cases.services.start import Started, start_case
from cases.states import state_label
from registries.models import Organisation
from registries.queries import organisations_by_key


class CasesView(Endpoint):
    """Cases."""

    needs: ClassVar = {"GET": "cases:read", "POST": "cases:write"}
    names: ClassVar = {"GET": "cases", "POST": "case_start"}
    queries: ClassVar = {"GET": CaseQuery}
    keyed: ClassVar = ("POST",)
    problems: ClassVar = {"GET": (404,), "POST": (404, 409, 422)}

    @extend_schema(summary="The cases that I see, newest first", responses=CasePageSerializer)
    def get(self, _request: Request) -> Response:
        """A page of cases."""
        return _page(self, self.query, self.query.get("number", ""))

    @extend_schema(summary="Start a case", request=StartSerializer, responses={201: StartedSerializer})
    def post(self, _request: Request) -> Response:
        """The new case and my first task in it."""
        given = self.body(StartSerializer)
        started = start_case(
            given["process"],
            user=self.actor,
            organisation=visible(self.scope, given["organisation"]),
            idempotency_key=self.idempotency_key,
        )
        headers = {"Idempotency-Replayed": "true"} if started.replayed else None
        return Response(StartedSerializer(_started(started)).data, status=201, headers=headers)


class CaseSearchView(Search):
    """Searching cases."""

    needs: ClassVar = {"POST": "cases:read"}
    names: ClassVar = {"POST": "case_search"}

    @extend_schema(
        summary="Look for cases by number or name", request=CaseSearchSerializer, responses=CasePageSerializer
    )
    def post(self, _request: Request) -> Response:
        """A page of the cases found, newest first; what was looked for is recorded as a keyed hash."""
        asked = self.body(CaseSearchSerializer)
        return _page(self, asked, asked["text"])


class CaseDetailView(Endpoint):
    """One case."""

    needs: ClassVar = {"GET": "cases:read"}
    names: ClassVar = {"GET": "case"}
    tagged: ClassVar = ("GET",)

    @extend_schema(
        summary="A case: whose turn it is, its steps and its answers", responses=CaseDetailSerializer
    )
    def get(self, _request: Request, case_id: UUID) -> Response:
        """The case with everything that its page shows, but for timeline, documents and diagram."""
        view = queries.case_detail(self.scope, case_id)
        shown = CaseDetailSerializer(_detail(view)).data
        return versioned(self.request, shown, row_tag(view.version, shown))


class CaseStatusView(Endpoint):
    """What the applicant wants to know."""

    needs: ClassVar = {"GET": "cases:read"}
    names: ClassVar = {"GET": "case_status"}

    @extend_schema(
        summary="A case as its applicant follows it: stages, expected date, whom to ask",
        responses=CaseFollowedSerializer,
    )
    def get(self, _request: Request, case_id: UUID) -> Response:
        """Where it stands, when it may be decided, and who answers questions."""
        view = queries.case_detail(self.scope, case_id)
        told = case_status(visible_case(self.scope, case_id), self.scope)
        shown = {name: getattr(told, name) for name in ("milestones", "clock", "expectation", "contact")}
        return Response(CaseFollowedSerializer({**shown, "turn": view.turn}).data)


class WithdrawView(Endpoint):
    """Withdrawing a case."""

    needs: ClassVar = {"POST": "cases:write"}
    names: ClassVar = {"POST": "case_withdraw"}
    matched: ClassVar = ("POST",)
    problems: ClassVar = {"POST": (404, 409)}

    @extend_schema(
        summary="Withdraw a case before it is decided", request=None, responses=CaseStateSerializer
    )
    def post(self, _request: Request, case_id: UUID) -> Response:
        """The case is withdrawn and its open tasks fall away."""
        self.no_body()
        with self.expecting():
            case = withdraw_case(case_id, user=self.actor)
        return Response(CaseStateSerializer(_state(case)).data)


class ExtendView(Endpoint):
    """Extending the deadline of a case."""

    needs: ClassVar = {"POST": "cases:write"}
    names: ClassVar = {"POST": "case_extend"}
    matched: ClassVar = ("POST",)
    problems: ClassVar = {"POST": (404, 409, 422)}

    @extend_schema(
        summary="Extend the deadline of a case; the applicant is told why",
        request=ExtendSerializer,
        responses=CaseClockSerializer,
    )
    def post(self, _request: Request, case_id: UUID) -> Response:
        """The clock of the case with the days added."""
        given = self.body(ExtendSerializer)
        with self.expecting():
            case = extend_deadline(case_id, user=self.actor, **given)
        return Response(CaseClockSerializer({"clock": queries.legal_clock(case, self.scope)}).data)


class TimelineView(Endpoint):
    """What happened in a case."""

    needs: ClassVar = {"GET": "cases:read"}
    names: ClassVar = {"GET": "case_timeline"}

    @extend_schema(summary="What happened in a case", responses=TimelineSerializer)
    def get(self, _request: Request, case_id: UUID) -> Response:
        """Everything that happened, in order."""
        return Response(TimelineSerializer({"items": queries.case_detail(self.scope, case_id).timeline}).data)


class DiagramView(Endpoint):
    """Where a case is."""

    needs: ClassVar = {"GET": "cases:read"}
    names: ClassVar = {"GET": "case_diagram"}

    @extend_schema(summary="The diagram of a case and where it is in it", responses=DiagramSerializer)
    def get(self, _request: Request, case_id: UUID) -> Response:
        """BPMN 2.0 XML with the elements that are done or open and the sequence flows taken."""
        return Response(DiagramSerializer(queries.diagram(visible_case(self.scope, case_id))).data)


def _page(endpoint: Endpoint, asked: Mapping[str, Any], text: str) -> Response:
    organisation = asked.get("organisation")
    filters = CaseFilters(
        q=text,
        process=asked.get("process", ""),
        organisation=visible(endpoint.scope, organisation).pk if organisation else None,
        status=asked.get("status", ""),
        own=asked["own"],
    )
    page = queries.cases_list(
        endpoint.scope, filters=filters, cursor=asked.get("cursor"), limit=asked["limit"]
    )
    organisations = organisations_by_key(row.organisation_id for row in page.items)
    items = [_case(row, organisations[row.organisation_id]) for row in page.items]
    return Response(CasePageSerializer(framed(page, items)).data)


def _state(case: Case) -> dict[str, Any]:
    return {"id": case.public_id, "number": case.number, "status": str(case.status), "outcome": case.outcome}


def _started(started: Started) -> dict[str, Any]:
    task = started.task
    return {"case": _state(started.case), "task": task.public_id if task else None}


def _case(row: CaseRow | CaseView, organisation: Organisation) -> dict[str, Any]:
    """What a case in a list and by itself have in common."""
    return {
        "id": row.public_id,
        "number": row.number,
        "status": row.status,
        "status_name": state_label(row.status),
        "outcome": row.outcome,
        "outcome_name": chosen(row.outcome_lv, row.outcome_en),
        "process": row.process_key,
        "process_name": chosen(row.process_lv, row.process_en),
        "organisation": organisation,
        "applicant": row.applicant_name,
        "subject": row.subject_name,
        "created_at": row.created_at,
        "submitted_at": row.submitted_at,
        "closed_at": row.closed_at,
        "turn": row.turn,
    }


def _detail(view: CaseView) -> dict[str, Any]:
    return {
        **_case(view, organisations_by_key([view.organisation_id])[view.organisation_id]),
        "decided_at": view.decided_at,
        "steps": view.steps,
        "answers": [answered(answer) for answer in view.answers],
        "can_withdraw": view.can_withdraw,
        "can_cancel": view.can_cancel,
        "clock": view.clock,
    }
