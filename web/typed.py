"""What was typed about a task, or many, after the session had ended: kept, told of, and there again."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from cases.services import keeping
from web.visitors import Visitor

SEAL = "seal"
# The pages into which people type, by the name of their address.
PAGES = {"task": "answers", "task_draft": "answers", "task_return": "comments"}
# The page that asks once for many tasks.
MANY = "bulk"
_NOT_KEPT = ("csrfmiddlewaretoken", "idempotency_key", SEAL, "action", "take_over")


def keep_typed(request: HttpRequest) -> bool:
    """Whether what this request brought is kept for who opened the page."""
    return bool(_kept_for(request))


def tell_kept(request: HttpRequest) -> bool:
    """Keeps it and says so on the next page; whether there was anything to keep."""
    owner = _kept_for(request)
    if owner.startswith("person:"):
        told = _("What you typed is kept. Open the link from your e-mail again, and it will be in the form.")
        messages.info(request, told)
    elif owner:
        messages.info(request, _("What you typed is kept. Sign in, and it will be in the form again."))
    return bool(owner)


def _kept_for(request: HttpRequest) -> str:
    match = request.resolver_match
    if request.method != "POST" or match is None or match.url_name not in (*PAGES, MANY):
        return ""
    fields = [
        (name, str(value))
        for name, values in request.POST.lists()
        if name not in _NOT_KEPT
        for value in values
    ]
    seal = request.POST.get(SEAL, "")[:500]
    if match.url_name == MANY:
        return keeping.keep_many(seal, tasks_in(request.POST), page=MANY, fields=fields)
    return keeping.keep(seal, match.kwargs["public_id"], page=PAGES[match.url_name], fields=fields)


def tasks_in(posted: QueryDict) -> list[UUID]:
    """The tasks that a page about many names, each once."""
    found = []
    for text in dict.fromkeys(posted.getlist("task")):
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def typed_before(visitor: Visitor, public_id: UUID, page: str) -> QueryDict | None:
    """What this person typed when their session had ended, as it was posted."""
    return _posted(keeping.kept(visitor.actor, public_id, page=page))


def typed_for_many(visitor: Visitor) -> QueryDict | None:
    """The same of the page that asks once for many tasks."""
    return _posted(keeping.kept_many(visitor.actor, page=MANY))


def _posted(fields: keeping.Fields) -> QueryDict | None:
    if not fields:
        return None
    found = QueryDict(mutable=True)
    for name, value in fields:
        found.appendlist(name, value)
    return found
