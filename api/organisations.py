"""Organisations: those for which I may start a case, one by itself, and its shape inside other resources."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.scope import Scope
from api.etags import row_tag, versioned
from api.fields import StrictSerializer, Text
from api.views import Endpoint
from cases import audit
from cases.errors import NotFound
from cases.permissions import startable_in
from engine import catalog
from registries.models import Organisation

KINDS = list(Organisation.Kind.values)
STATUSES = list(Organisation.Status.values)


class OrganisationSerializer(serializers.Serializer[Any]):
    """An organisation by its public id."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    kind = serializers.ChoiceField(KINDS)


class OrganisationDetailSerializer(OrganisationSerializer):
    """An organisation; `may_start` are the keys of the processes that I may start for it."""

    registration_number = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(STATUSES)
    municipality = OrganisationSerializer(allow_null=True)
    founder = OrganisationSerializer(allow_null=True)
    may_start = serializers.ListField(child=serializers.CharField())


class OrganisationsSerializer(serializers.Serializer[Any]):
    """Organisations by name."""

    items = OrganisationSerializer(many=True)


class OrganisationQuery(StrictSerializer):
    """For starting which process; without it any."""

    process = Text(required=False, pattern="[a-z][a-z0-9_]{0,59}")


class OrganisationsView(Endpoint):
    """Organisations."""

    needs: ClassVar = {"GET": "processes:read"}
    names: ClassVar = {"GET": "organisations"}
    queries: ClassVar = {"GET": OrganisationQuery}

    @extend_schema(summary="Organisations for which I may start a case", responses=OrganisationsSerializer)
    def get(self, _request: Request) -> Response:
        """Those in which I hold a role that starts the process, or any process."""
        asked = self.query.get("process", "")
        ids = {one for key, found in _startable(self.scope).items() if asked in ("", key) for one in found}
        rows = Organisation.objects.visible_to(self.scope).active().filter(id__in=ids)
        return Response(OrganisationsSerializer({"items": rows.order_by("sort_key", "id")}).data)


class OrganisationView(Endpoint):
    """One organisation."""

    needs: ClassVar = {"GET": "processes:read"}
    names: ClassVar = {"GET": "organisation"}
    tagged: ClassVar = ("GET",)

    @extend_schema(summary="An organisation", responses=OrganisationDetailSerializer)
    def get(self, _request: Request, organisation_id: UUID) -> Response:
        """What the register says of it, and what I may start for it."""
        row = visible(self.scope, organisation_id)
        detail = {
            "public_id": row.public_id,
            "name": row.name,
            "kind": row.kind,
            "registration_number": row.registration_number,
            "status": row.status,
            "municipality": row.municipality,
            "founder": row.founder,
            "may_start": sorted(key for key, ids in _startable(self.scope).items() if row.pk in ids),
        }
        shown = OrganisationDetailSerializer(detail).data
        # The register keeps no version of a row: what is shown is its own.
        return versioned(self.request, shown, row_tag(0, shown))


def visible(scope: Scope, public_id: UUID) -> Organisation:
    """The organisation within the scope; NotFound for a foreign one as for none."""
    rows = Organisation.objects.visible_to(scope).select_related("municipality", "founder")
    found = rows.filter(public_id=public_id).first()
    if found is None:
        refusal = NotFound()
        audit.record_refusal(scope.actor, "organisation.read", f"organisation:{public_id}", refusal)
        raise refusal
    return found


def _startable(scope: Scope) -> dict[str, tuple[int, ...]]:
    """Ids of organisations by the key of the process that may be started for them."""
    rows = catalog.all_current()
    return {row.key: startable_in(catalog.definition(row.pk), scope) for row in rows}
