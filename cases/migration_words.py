"""What a dry run says of cases that are to follow to another version: verdicts, reasons, differences."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from engine.core.changes import Change
from engine.core.mapping import Finding
from engine.core.migrating import Verdict

VERDICTS: Final[Mapping[Verdict, Promise]] = {
    Verdict.SAFE: _("Safe"),
    Verdict.REARMED: _("Safe; due dates are counted anew"),
    Verdict.CHOSEN: _("Goes when another person has confirmed it"),
    Verdict.CHOICE: _("Needs a choice"),
    Verdict.BLOCKED: _("Stays in its version"),
}

FINDINGS: Final[Mapping[str, Promise]] = {
    "due_changed": _("The task has another due date or other reminders: counted again from when it opened."),
    "timer_changed": _("The timer is counted again from when it was set; what has passed by then happens."),
    "timer_added": _("The open task gets a timer that it did not have."),
    "timer_dropped": _("The timer is not there any more and is taken away."),
    "form_changed": _("The open task asks by a new form; what is typed in a draft stays."),
    "group_changed": _("The open task is for another group; who has taken it keeps it."),
    "topic_changed": _("The automatic task is done in another way."),
    "event_changed": _("What is waited for has another name, key or condition."),
    "event_added": _("The open task gets an event that it did not have."),
    "event_dropped": _("An event is not waited for any more."),
    "variable_dropped": _("The variable is not there any more; its value is dropped."),
    "moved": _("The open element is replaced by the one that was chosen."),
    "value_given": _("The variable gets the value that was chosen."),
    "happens_at_once": _("What this event waits for is already so: it happens at once and moves the case."),
    "joins_at_once": _("Nothing more can come to this gateway: what waits there goes on at once."),
    "element_gone": _("The case stands at an element that is not there any more: choose another."),
    "value_needed": _("A new variable is read before anything writes it: give it a value."),
    "target_unfit": _("The chosen element cannot take its place: it must be of the same kind."),
    "value_unfit": _("The chosen value does not have the type of the variable."),
    "subprocess_gone": _("The case is inside a subprocess that is not there any more."),
    "place_changed": _("The element has moved into or out of a subprocess."),
    "join_changed": _("A path waits at a gateway that the new version joins in another way."),
    "gateway_changed": _("Events are waited for together, and the new version waits for others."),
    "many_changed": _("The element is under way several times, and the new version repeats it otherwise."),
    "must_go_on": _("The case rests, and this would move it at once: let the case go on first."),
    "cannot_finish": _("From where it stands the case could not come to its end in the new version."),
    "unreadable": _("The state of the process does not fit the new version."),
}  # fmt: skip

CHANGES: Final[Mapping[str, Promise]] = {
    "element_gone": _("gone"),
    "element_added": _("new"),
    "kind_changed": _("of another kind"),
    "place_changed": _("in another subprocess"),
    "ways_changed": _("goes on in another way"),
    "due_changed": _("another due date or other reminders"),
    "timer_changed": _("another time"),
    "form_changed": _("another form"),
    "group_changed": _("other people"),
    "topic_changed": _("done in another way"),
    "event_changed": _("waits for something else"),
    "many_changed": _("repeated in another way"),
    "variable_added": _("new variable"),
    "variable_retyped": _("variable of another type"),
    "variable_gone": _("variable gone"),
    "table_changed": _("another decision table"),
}


def words_of(finding: Finding) -> str | Promise:
    """Why, in the reader's language."""
    return FINDINGS[finding.kind]


def words_of_change(change: Change) -> str | Promise:
    """What is different, in the reader's language."""
    return CHANGES[change.kind]
