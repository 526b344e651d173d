"""How endpoints describe themselves: the problems each can answer, strict bodies, query, idempotency key."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from api.errors import CONTENT_TYPE, ProblemSerializer
from api.fields import StrictSerializer, Text

ALWAYS = (400, 401, 403, 405, 429, 500, 503)
WITH_BODY = (411, 413, 415)
MEANINGS = {
    400: "Not understood: an unknown or repeated name, a wrong type, JSON that cannot be read",
    401: "No valid token and no session",
    403: "Not allowed, with the reason",
    404: "Not there, or not yours to see",
    405: "Not a method of this address",
    409: "Does not fit the present state",
    411: "A body whose length the request does not say",
    413: "Larger than accepted",
    415: "Not a content type of this address",
    422: "The content does not hold, field by field; or the key was used for another request",
    429: "Too many requests",
    500: "A fault of ours, recorded",
    503: "Busy; try again after `Retry-After` seconds",
}
IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": "^[!-~]{1,200}$"},
    OpenApiParameter.HEADER,
    description="Repeat a request with the same key and body and get the stored answer.",
)


class ProblemSchema(AutoSchema):
    """The description of one operation, from the view's `needs`, `queries` and `acts`."""

    def get_operation_id(self) -> str:
        """`tasks_complete`, `cases_timeline`: the view's `names` for the method."""
        names = getattr(self.view, "names", {})
        return str(names.get(self.method) or super().get_operation_id())

    def get_tags(self) -> list[str]:
        """The resource."""
        return [self.path.removeprefix("/api/v1/").split("/")[0]]

    def get_override_parameters(self) -> list[Any]:
        """The query's fields and, where it is taken, the idempotency key."""
        found: list[Any] = []
        if self.method in getattr(self.view, "queries", {}):
            found.append(self.view.queries[self.method])  # type: ignore[attr-defined]
        if self.method in getattr(self.view, "keyed", ()):
            found.append(IDEMPOTENCY)
        return found

    def _problems(self) -> tuple[int, ...]:
        codes: set[int] = {*ALWAYS, *getattr(self.view, "problems", {}).get(self.method, ())}
        if "{" in self.path:
            codes.add(404)
        if self.method in ("POST", "PUT"):
            codes.update(WITH_BODY)
        return tuple(sorted(codes))

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        component = self.resolve_serializer(ProblemSerializer(), "response")
        for code in self._problems():
            bodies[str(code)] = {
                "description": MEANINGS[code],
                "content": {CONTENT_TYPE: {"schema": component.ref}},
            }
        return bodies

    def _map_serializer(self, serializer: Any, direction: Any, bypass_extensions: bool = False) -> Any:
        schema = super()._map_serializer(serializer, direction, bypass_extensions)  # type: ignore[no-untyped-call]
        if isinstance(serializer, StrictSerializer):
            schema["additionalProperties"] = False
        return schema

    def _map_serializer_field(self, field: Any, direction: Any, bypass_extensions: bool = False) -> Any:
        schema = super()._map_serializer_field(field, direction, bypass_extensions)  # type: ignore[no-untyped-call]
        if isinstance(field, Text) and field.pattern:
            schema["pattern"] = f"^{field.pattern}$"
        return schema


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI file names the token."""

    target_class = "api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:  # noqa: ARG002
        """HTTP bearer."""
        return {"type": "http", "scheme": "bearer", "bearerFormat": "viis_..."}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI file names the session."""

    target_class = "api.authentication.PageSession"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:  # noqa: ARG002
        """A cookie."""
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
