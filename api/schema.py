"""How endpoints describe themselves: the problems each can answer, strict bodies, query, idempotency key."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework.serializers import FileField

from api.errors import CONTENT_TYPE, ProblemSerializer
from api.fields import NoFields, Text

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
    412: "Changed since it was read: `If-Match` names another version",
    413: "Larger than accepted",
    415: "Not a content type of this address",
    422: "The content does not hold, field by field; or the key was used for another request",
    428: "`If-Match` is missing",
    429: "Too many requests; `Retry-After` and `RateLimit` say until when",
    500: "A fault of ours, recorded",
    503: "Busy; try again after `Retry-After` seconds",
}
IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": "^[!-~]{1,200}$"},
    OpenApiParameter.HEADER,
    description="Repeat a request with the same key and body and get the stored answer.",
)


IF_MATCH = OpenApiParameter(
    "If-Match",
    {"type": "string", "maxLength": 200, "pattern": "^[ -~]*$"},
    OpenApiParameter.HEADER,
    description="The ETag of what this changes; another version answers 412.",
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    {"type": "string", "maxLength": 200, "pattern": "^[ -~]*$"},
    OpenApiParameter.HEADER,
    description="The ETag of what you have; the same answers 304.",
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
        if self.method in ("GET",) and self.method in getattr(self.view, "tagged", ()):
            found.append(IF_NONE_MATCH)
        if self.method in getattr(self.view, "matched", ()) or 428 in self._declared():
            found.append(IF_MATCH)
        return found

    def _declared(self) -> tuple[int, ...]:
        return tuple(getattr(self.view, "problems", {}).get(self.method, ()))

    def _problems(self) -> tuple[int, ...]:
        codes: set[int] = {*ALWAYS, *self._declared()}
        if self.method in getattr(self.view, "matched", ()):
            codes.add(412)
        if "{" in self.path:
            codes.add(404)
        if self.method in ("POST", "PUT"):
            codes.update(WITH_BODY)
        return tuple(sorted(codes))

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        if self.method in getattr(self.view, "tagged", ()):
            _tag(bodies)
            if self.method == "GET":
                bodies["304"] = {"description": "You have it already: `If-None-Match` names it"}
        component = self.resolve_serializer(ProblemSerializer(), "response")
        for code in self._problems():
            bodies[str(code)] = {
                "description": MEANINGS[code],
                "content": {CONTENT_TYPE: {"schema": component.ref}},
            }
        return bodies

    def _map_serializer(self, serializer: Any, direction: Any, bypass_extensions: bool = False) -> Any:
        schema = super()._map_serializer(serializer, direction, bypass_extensions)  # type: ignore[no-untyped-call]
        if schema.get("properties") or isinstance(serializer, NoFields):
            # What comes in is checked to have nothing else; what goes out has nothing else either.
            schema["additionalProperties"] = False
        return schema

    def _map_serializer_field(self, field: Any, direction: Any, bypass_extensions: bool = False) -> Any:
        schema = super()._map_serializer_field(field, direction, bypass_extensions)  # type: ignore[no-untyped-call]
        if isinstance(field, Text) and field.pattern:
            schema["pattern"] = f"^{field.pattern}$"
        if isinstance(field, FileField):
            # Files only come in; the framework's description is of an address where one can be fetched.
            schema["format"] = "binary"
        return schema


def plain_nulls(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Say `null` where a choice may be null, in place of a component that has no other member."""
    result["components"]["schemas"].pop("NullChoice", None)
    nulls: dict[str, Any] = _replaced(result)
    return nulls


def _replaced(part: Any) -> Any:
    match part:
        case {"$ref": "#/components/schemas/NullChoice"}:
            return {"type": "null"}
        case dict():
            return {name: _replaced(inner) for name, inner in part.items()}
        case list():
            return [_replaced(inner) for inner in part]
    return part


def _tag(bodies: dict[str, Any]) -> None:
    """Name the header with the validator in every good answer."""
    for answer in bodies.values():
        answer["headers"] = {"ETag": {"schema": {"type": "string"}, "description": "The version shown."}}


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
