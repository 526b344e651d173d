"""How the API says that something went wrong: problem details (RFC 9457) for every error there is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied
from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.errors import CaseError

CONTENT_TYPE = "application/problem+json"
RETRY_SECONDS = 3
log = structlog.stdlib.get_logger("viis.api")

TITLES: Mapping[int, Any] = {
    400: gettext_lazy("The request is not understood."),
    401: gettext_lazy("Sign in or send a valid token."),
    403: gettext_lazy("You may not do this."),
    404: gettext_lazy("There is no such thing here, or it is not yours to see."),
    405: gettext_lazy("This address does not take this method."),
    409: gettext_lazy("This does not fit the present state."),
    411: gettext_lazy("Say how long the body is: send Content-Length."),
    412: gettext_lazy("This was changed since you read it. Look at it again and decide anew."),
    413: gettext_lazy("The request is too large."),
    415: gettext_lazy("This kind of content is not accepted here."),
    422: gettext_lazy("The content does not hold."),
    428: gettext_lazy("Say with If-Match which version this replaces."),
    429: gettext_lazy("Too many requests; wait a little."),
    500: gettext_lazy("Something went wrong on our side; it has been recorded."),
    503: gettext_lazy("The service is busy; try again in a moment."),
}
CODES: Mapping[int, str] = {
    400: "bad_request",
    401: "not_signed_in",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    411: "length_required",
    412: "precondition_failed",
    413: "too_large",
    415: "content_type",
    422: "invalid",
    428: "precondition_required",
    429: "too_many_requests",
    500: "server_error",
    503: "busy",
}


class TooLarge(exceptions.APIException):
    """The request is too large."""

    status_code = 413
    default_code = "too_large"


class LengthRequired(exceptions.APIException):
    """The request does not say how long its body is."""

    status_code = 411
    default_code = "length_required"


class ProblemErrorSerializer(serializers.Serializer[Any]):
    """One thing wrong with one field; `field` is empty when it concerns the whole."""

    field = serializers.CharField(allow_blank=True)
    code = serializers.CharField()
    message = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """What went wrong, after RFC 9457; `code` is stable, the words are in the language asked for."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField(required=False)
    # The name that RFC 9457 gives in its example; the serializer is only ever described, never filled.
    errors = ProblemErrorSerializer(many=True, required=False)  # type: ignore[assignment]


def problem(
    status: int,
    *,
    code: str = "",
    title: str = "",
    detail: str = "",
    errors: list[dict[str, str]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer for one problem."""
    code = code or CODES.get(status, "error")
    body: dict[str, Any] = {
        "type": f"urn:problem-type:viis:{code.replace('_', '-')}",
        "title": title or str(TITLES.get(status, HTTPStatus(status).phrase)),
        "status": status,
        "code": code,
    }
    if detail and detail != body["title"]:
        body["detail"] = detail
    if errors:
        body["errors"] = errors
    return Response(body, status=status, headers=dict(headers or {}), content_type=CONTENT_TYPE)


def handle(error: Exception, context: Mapping[str, Any]) -> Response:
    """The exception handler of every view; nothing leaves the API as anything but a problem."""
    match error:
        case CaseError():
            return _of_case(error)
        case exceptions.APIException():
            return _of_framework(error)
        case Http404():
            return problem(404)
        case PermissionDenied():
            return problem(403)
        case OperationalError() | InterfaceError():
            log.warning("database unavailable", kind=_kind(error))
            return problem(503, headers={"Retry-After": str(RETRY_SECONDS)})
    return _of_fault(error, context["request"])


def _of_case(error: CaseError) -> Response:
    headers = {"Retry-After": str(RETRY_SECONDS)} if error.status == 503 else {}
    return problem(
        error.status,
        code=error.code,
        title=str(error.words),
        detail=str(error.message),
        errors=[_field_error(one) for one in getattr(error, "errors", ())],
        headers=headers,
    )


def _field_error(one: Any) -> dict[str, str]:
    words = one.message_en if get_language() == "en" else one.message_lv
    return {"field": one.field, "code": one.code, "message": str(words)}


def _of_framework(error: exceptions.APIException) -> Response:
    headers: dict[str, str] = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if (wait := getattr(error, "wait", None)) is not None:
        headers["Retry-After"] = str(int(wait) + 1)
    if isinstance(error, exceptions.ValidationError):
        return problem(error.status_code, errors=list(_flat(error.get_full_details())), headers=headers)
    detail = str(error.detail) if isinstance(error, exceptions.ParseError) else ""
    code = "csrf" if isinstance(error, exceptions.PermissionDenied) and _is_csrf(error) else ""
    return problem(error.status_code, code=code, detail=detail, headers=headers)


def _is_csrf(error: exceptions.APIException) -> bool:
    return str(error.detail).startswith("CSRF")


def _flat(details: Any, path: str = "") -> Iterator[dict[str, str]]:
    """Field errors out of the framework's nested details."""
    if isinstance(details, Mapping) and isinstance(details.get("message"), str):
        yield {"field": path, "code": str(details["code"]), "message": details["message"]}
    elif isinstance(details, Mapping):
        for name, inner in details.items():
            whole = path if name == "non_field_errors" else f"{path}.{name}".strip(".")
            yield from _flat(inner, whole)
    else:
        for inner in details:
            yield from _flat(inner, path)


def _of_fault(error: Exception, request: Request) -> Response:
    """A fault of ours: recorded with its place but without the request's values."""
    log.error("fault", kind=_kind(error), exc_info=error)
    got_request_exception.send(sender=None, request=request._request)
    return problem(500)


def _kind(error: Exception) -> str:
    return type(error).__name__


def unknown_field() -> str:
    """The words for a field that is not known here."""
    return _("This field is not known here.")
