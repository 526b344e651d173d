"""Who may use an endpoint at all: nobody by default; else by the word that its method needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.actors import Actor

if TYPE_CHECKING:
    # The framework's views read their defaults, which stand here, while they are being imported.
    from rest_framework.views import APIView

ANY_TOKEN = ""


class Nobody(BasePermission):
    """The default: an endpoint that says nothing is closed."""

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002
        """Never."""
        return False


class ByScope(BasePermission):
    """Signed-in people, and tokens that carry the scope in the view's `needs` for this method."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Whether the actor's token reaches this method; a method without an entry is closed."""
        actor = request.auth
        if not isinstance(actor, Actor) or actor.only_task is not None:
            return False
        needed: str | None = getattr(view, "needs", {}).get(_reading(request.method or ""))
        if needed is None:
            # Not our method: the framework answers 405 after this.
            return (request.method or "").lower() not in view.http_method_names or not hasattr(
                view, (request.method or "").lower()
            )
        return actor.token_scopes is None or needed == ANY_TOKEN or needed in actor.token_scopes


def _reading(method: str) -> str:
    return "GET" if method == "HEAD" else method
