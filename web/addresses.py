"""Addresses with the state of a view in their query, and the place in a list that a page goes back to."""

from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

LIST_KEY = "list"
# What of a list's address says which tasks it shows; a row of it and what was just done are added anew.
PLACE_NAMES = ("queue", "q", "process", "due", "sort", "view", "cursor", "rows")
LONGEST_PLACE = 700


def with_query(address: str, **values: object) -> str:
    """The address with these values in its query, the empty ones left out."""
    told = {name: str(value) for name, value in values.items() if value not in ("", None, False)}
    return f"{address}?{urlencode(told)}" if told else address


def remember_list(request: HttpRequest) -> None:
    """The list that the person is looking at, with its filters and page."""
    given = request.GET.copy()
    for passing in ("done", "row", "select"):
        given.pop(passing, None)
    request.session[LIST_KEY] = f"{request.path}{'?' if given else ''}{given.urlencode()}"


def place(query: str) -> str:
    """The part of a query that says which tasks a list shows and where in it; the rest is dropped."""
    given = QueryDict(query[:LONGEST_PLACE])
    return urlencode({name: given[name] for name in PLACE_NAMES if given.get(name)})


def place_of(request: HttpRequest) -> str:
    """The list that the address of a task's page remembers; empty if it came from none."""
    return place(request.GET.get(LIST_KEY, ""))


def in_place(request: HttpRequest, name: str, *args: object) -> str:
    """The address of a page that remembers the same list as this one."""
    return with_query(reverse(name, args=args), **{LIST_KEY: place_of(request)})


def list_at(query: str, *, row: object = "", done: object = "") -> str:
    """The list at one of its rows; `done` is the task that was completed just now."""
    more = urlencode({name: str(value) for name, value in (("done", done), ("row", row)) if value})
    whole = "&".join(part for part in (query, more) if part)
    return f"{reverse('inbox')}{'?' if whole else ''}{whole}{f'#t-{row}' if row else ''}"


def last_list(request: HttpRequest, otherwise: str = "inbox") -> str:
    """Back to where the person came from: same list, filters, page and row."""
    remembered = place_of(request)
    if remembered:
        match = request.resolver_match
        return list_at(remembered, row=match.kwargs.get("public_id", "") if match else "")
    known = str(request.session.get(LIST_KEY) or "")
    path = urlsplit(known).path
    own = path in (reverse("inbox"), reverse("cases"), reverse("home"))
    return known if own and url_has_allowed_host_and_scheme(known, None) else reverse(otherwise)
