"""How far an act on many things is, and what became of each: what the pages of such acts share."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse

from cases.queries.batches import BatchItemRow, BatchView, batch_items, reasons_of
from web import words
from web.addresses import with_query
from web.pages import render
from web.visitors import Visitor


def followed(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """The part of a page that asks again while it is `running`; after that the page shows itself anew."""
    response = render(request, template, dict(context))
    if not context["running"]:
        response["HX-Refresh"] = "true"
    return response


def progress_of(view: BatchView, sentence: str) -> dict[str, Any]:
    """What the sentence and the bar need."""
    return {"view": view, "sentence": sentence, "running": view.state == "running"}


def items_of(
    request: HttpRequest, visitor: Visitor, view: BatchView, row: Callable[[BatchItemRow], dict[str, Any]]
) -> dict[str, Any]:
    """A page of the items of a batch, each as `row` tells it, and why some were not done."""
    items = batch_items(visitor.scope, view.public_id, cursor=request.GET.get("cursor"))
    reasons = reasons_of(visitor.scope, view.public_id)
    return {
        "rows": [row(item) for item in items.items],
        "reasons": [(lv if words.is_latvian() else en, n) for lv, en, n in reasons],
        "next": with_query(request.path, cursor=items.next_cursor) if items.next_cursor else "",
        "previous": with_query(request.path, cursor=items.previous_cursor) if items.previous_cursor else "",
    }
