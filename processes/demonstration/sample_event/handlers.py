"""What happens at the service task of the sample: a booking in a calendar that is not ours."""

from typing import Final

from cases.services.demonstration import calendar_answers
from engine.handlers import HandlerContext, handler

PLACES: Final = ("zale", "biblioteka", "sporta_zale")


class PlaceUnknown(LookupError):
    """The calendar has no such place."""


class CalendarAway(ConnectionError):
    """The calendar does not answer."""


@handler("sample.reserve_place", runs="job", repeat="by_hand")
def reserve(context: HandlerContext) -> dict[str, str]:
    """The number of the booking. PlaceUnknown, CalendarAway: a person looks before it is booked once more."""
    if not calendar_answers():
        raise CalendarAway
    if context.variables["place"] not in PLACES:
        raise PlaceUnknown
    return {"booking": f"KAL-{context.job_id}"}
