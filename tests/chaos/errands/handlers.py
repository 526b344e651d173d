"""The errands' one automatic task: it stamps, and cannot without ink."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.handlers import HandlerContext, handler


class NoInk(Exception):
    """There is no ink."""


@handler("errand.stamp", runs="job", repeat="by_hand", title=("Apzīmogot", "Stamp"))
def stamp(context: HandlerContext) -> Mapping[str, Any]:
    """The number on the stamp; nobody tries a second time but by hand."""
    if not context.variables["ink"]:
        raise NoInk
    return {"stamp": context.variables["number"]}
