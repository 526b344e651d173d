"""What happens at the service tasks of the equipment request."""

from collections.abc import Mapping
from typing import Any

from engine.handlers import BpmnError, HandlerContext, handler


@handler("equipment.check_stock", runs="in_step")
def check_stock(context: HandlerContext) -> Mapping[str, Any]:
    """Says whether the stock has the thing; what costs nothing is no equipment."""
    amount = context.variables["amount"]
    if amount == 0:
        raise BpmnError("UNKNOWN_ITEM")
    return {"in_stock": amount < 50}


@handler("equipment.order", runs="job", repeat="keyed")
def order(context: HandlerContext) -> Mapping[str, Any]:
    """Orders under the job's id, so that a second run orders nothing twice; gives the number of the order."""
    return {"order_number": f"E-{context.job_id}"}
