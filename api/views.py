"""The base of every endpoint: size, language, strict query and body, one idempotency key."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any, ClassVar, NoReturn, cast

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header
from rest_framework.authentication import get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated, ParseError, Throttled
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from accounts.actors import Actor
from accounts.scope import Scope, scope_of
from api import rates
from api.access import ByScope
from api.authentication import MAX_TOKEN, PageSession, TokenAuthentication, moment
from api.errors import LengthRequired, TooLarge, problem
from api.etags import PreconditionRequired, expected_version
from api.fields import NoFields, StrictSerializer, once
from api.parsers import StrictJSONParser
from api.schema import ProblemSchema
from cases import audit, preconditions
from cases.errors import NotAllowed, Reason

JSON_LIMIT = 1024 * 1024
DRAIN_LIMIT = 32 * 1024 * 1024
KEY_PATTERN = r"[!-~]{1,200}"


class OnlyJSON(BaseContentNegotiation):
    """The API speaks JSON whatever is asked for."""

    def select_parser(self, request: Request, parsers: Any) -> BaseParser | None:
        """The parser of the request's content type, if there is one."""
        kind = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == kind), None)

    def select_renderer(
        self,
        request: Request,  # noqa: ARG002
        renderers: Any,
        format_suffix: str | None = None,  # noqa: ARG002
    ) -> tuple[BaseRenderer, str]:
        """Always the first."""
        return renderers[0], renderers[0].media_type


class Endpoint(APIView):
    """`needs` names the token scope of each method; `queries` the serializer of its query, if it has one.

    `rates` names the limit that a method counts to, if it is not plain reading or writing. A method in
    `tagged` answers with an ETag, one in `matched` takes If-Match.
    """

    authentication_classes: Any = (TokenAuthentication, PageSession)
    permission_classes: Any = (ByScope,)
    throttle_classes = ()
    parser_classes: Any = (StrictJSONParser,)
    renderer_classes = (JSONRenderer,)
    content_negotiation_class = OnlyJSON
    schema = ProblemSchema()
    http_method_names = ["get", "post", "put", "head"]

    needs: ClassVar[Mapping[str, str]] = {}
    queries: ClassVar[Mapping[str, type[StrictSerializer]]] = {}
    rates: ClassVar[Mapping[str, str]] = {}
    body_limit: ClassVar[int] = JSON_LIMIT

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Language and size first, so that every later refusal is readable and cheap."""
        translation.activate(_language(request.META.get("HTTP_ACCEPT_LANGUAGE", "")))
        if request.META.get("HTTP_TRANSFER_ENCODING") and not request.META.get("CONTENT_LENGTH"):
            # A body of unknown length would be taken for none.
            raise LengthRequired
        if int(request.META.get("CONTENT_LENGTH") or 0) > self.body_limit:
            _drain(request)
            raise TooLarge
        try:
            super().initial(request, *args, **kwargs)
        except (AuthenticationFailed, NotAuthenticated) as refused:
            # Whoever tries tokens is slowed down as well, by address.
            self.check_throttles(request)
            if isinstance(refused, AuthenticationFailed):
                token = get_authorization_header(request)[:MAX_TOKEN].decode("latin-1")
                audit.record_sign_in(token, signed_in=False, channel="api", code="wrong_token")
            raise
        if (request.method or "").lower() in self.http_method_names:
            self.query = self._checked_query(request)

    def check_throttles(self, request: Request) -> None:
        """Count the request to its limit; too many are refused until the minute is over."""
        actor = request.auth
        if isinstance(actor, Actor):
            plain = "read" if request.method in ("GET", "HEAD") else "write"
            self.spent = rates.spend(self.rates.get(request.method or "", plain), actor.name)
        else:
            self.spent = rates.spend("sign_in", audit.keyed_hash(BaseThrottle().get_ident(request)))
        if self.spent is not None and self.spent.refused:
            raise Throttled(wait=self.spent.seconds)

    def permission_denied(
        self, request: Request, message: str | None = None, code: str | None = None
    ) -> NoReturn:
        """Refuse what the token was not made for, with a row in the audit; else ask for a token."""
        if isinstance(request.auth, Actor):
            self.check_throttles(request)
            error = NotAllowed(Reason.TOKEN_SCOPE)
            name = getattr(self, "names", {}).get(request.method, "")
            audit.record_refusal(request.auth, f"api.{name}", request.path, error)
            raise error
        super().permission_denied(request, message, code)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Say in which language it is, and that it is nobody else's to keep."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
        answer.headers.setdefault("Cache-Control", "no-store")
        if (spent := getattr(self, "spent", None)) is not None:
            for name, value in spent.headers.items():
                answer.headers[name] = value
        return answer

    def _checked_query(self, request: Request) -> dict[str, Any]:
        expected = self.queries.get("GET" if request.method == "HEAD" else request.method or "", NoFields)
        serializer = expected(data=once(request.query_params))
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    @property
    def actor(self) -> Actor:
        """Who is asking."""
        return cast(Actor, self.request.auth)

    @property
    def scope(self) -> Scope:
        """What they may see, read once per request."""
        if not hasattr(self, "_scope"):
            self._scope = scope_of(self.actor, at=moment(self.request))
        return self._scope

    def expecting(self) -> AbstractContextManager[None]:
        """While open, a case that is not of the version in `If-Match` is not changed."""
        return preconditions.expecting(expected_version(self.request))

    def conflict(self, code: str, detail: str) -> Response:
        """The answer for what the engine refuses."""
        return problem(409, code=code, detail=detail)

    def required_match(self) -> int | None:
        """The version in `If-Match`; PreconditionRequired without one, `*` is any."""
        if not self.request.headers.get("If-Match"):
            raise PreconditionRequired
        return expected_version(self.request)

    def body(self, serializer: type[StrictSerializer]) -> dict[str, Any]:
        """The checked body."""
        checked = serializer(data=self.request.data)
        checked.is_valid(raise_exception=True)
        return dict(checked.validated_data)

    def no_body(self) -> None:
        """Refuse a body where nothing is asked for."""
        self.body(NoFields)

    @property
    def idempotency_key(self) -> str:
        """The `Idempotency-Key`, or nothing; refused when it cannot be one."""
        key = self.request.headers.get("Idempotency-Key", "")
        if key and not re.fullmatch(KEY_PATTERN, key):
            raise ParseError(_("The Idempotency-Key may have 1 to 200 visible ASCII characters."))
        return key

    @property
    def body_sha256(self) -> str:
        """The hash of what was asked, the same for the same request however its JSON is spaced."""
        asked = {"path": self.request.path, "body": self.request.data}
        plain = json.dumps(asked, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(plain.encode()).hexdigest()


def _language(header: str) -> str:
    """The first language of the header that we speak; Latvian without one."""
    known = {code for code, _name in settings.LANGUAGES}
    for wanted, _weight in parse_accept_lang_header(header[:200].lower()):
        if (short := wanted.partition("-")[0]) in known:
            return short
    return settings.LANGUAGE_CODE


def _drain(request: Request) -> None:
    """Read what comes, within reason: a client that still sends would never see the answer."""
    for read in _chunks(request):
        if read > DRAIN_LIMIT:
            return


def _chunks(request: Request) -> Iterator[int]:
    total = 0
    while chunk := request._request.read(65536):
        total += len(chunk)
        yield total
