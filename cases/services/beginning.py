"""Starts the case of a process that a message, a signal or the calendar has begun."""

from datetime import datetime

from cases.beginnings import Beginning, about

from .start import case_by_system


def start_by_event(beginning: Beginning, now: datetime) -> int:
    """Start the case in the caller's transaction; the id of its process instance.

    What the message brings never stands in the place of what every case knows of its organisation.
    """
    found = about(beginning)
    case = case_by_system(
        beginning.definition,
        organisation=found.organisation,
        now=now,
        subject=found.subject,
        brought=beginning.variables,
        given=found.given,
        at=beginning.element,
    )
    return case.instance_id
