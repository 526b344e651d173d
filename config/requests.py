"""Gives every request an id, a log line and a place in the metrics; none of them names a person."""

from __future__ import annotations

import re
import time
import uuid

import structlog
from django.http import HttpRequest, HttpResponse

from config.headers import Respond
from config.metrics import REQUESTS

ID = re.compile(r"[A-Za-z0-9-]{8,64}")
QUIET = ("health/", "metrics")
log = structlog.stdlib.get_logger("viis.request")


class RequestLog:
    """Logs the route (never the address, which can hold a one-time link), status and time."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with the request's id in the log and in the answer."""
        given = request.headers.get("X-Request-Id", "")
        request_id = given if ID.fullmatch(given) else uuid.uuid4().hex
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - started
        match = request.resolver_match
        route = match.route if match else "none"
        method = request.method if request.method in METHODS else "other"
        REQUESTS.labels(method, route, str(response.status_code)).observe(seconds)
        if not route.startswith(QUIET):
            log.info(
                "answered", method=method, route=route, status=response.status_code, seconds=round(seconds, 4)
            )
        response.headers["X-Request-Id"] = request_id
        return response


METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
