"""Addresses with the state of a view in their query, and the place in a list that a page goes back to."""

from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

LIST_KEY = "list"


def with_query(address: str, **values: object) -> str:
    """The address with these values in its query, the empty ones left out."""
    told = {name: str(value) for name, value in values.items() if value not in ("", None, False)}
    return f"{address}?{urlencode(told)}" if told else address


def remember_list(request: HttpRequest) -> None:
    """The list that the person is looking at, with its filters and page."""
    request.session[LIST_KEY] = request.get_full_path()


def last_list(request: HttpRequest, otherwise: str = "inbox") -> str:
    """Back to where the person came from: same list, filters and page."""
    known = str(request.session.get(LIST_KEY) or "")
    path = urlsplit(known).path
    own = path in (reverse("inbox"), reverse("cases"), reverse("home"))
    return known if own and url_has_allowed_host_and_scheme(known, None) else reverse(otherwise)
