"""Addresses that do not exist answer as everything here does."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from api.views import Endpoint


@extend_schema(exclude=True)
class MissingView(Endpoint):
    """Nothing is here."""

    authentication_classes = ()
    permission_classes = ()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        """A problem, whatever the method."""
        self.args, self.kwargs = args, kwargs
        self.headers = self.default_response_headers
        self.request = self.initialize_request(request, *args, **kwargs)
        response = self.handle_exception(Http404())
        answer: Response = self.finalize_response(self.request, response, *args, **kwargs)
        return answer
