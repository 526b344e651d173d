"""What pages say of a case or process that rests."""

from django.utils.translation import gettext as _

from cases.queries.suspended import Suspended
from web import words
from web.visitors import Visitor


def resting_words(standing: Suspended | None, visitor: Visitor) -> str:
    """Since when it rests, and why for who may know; empty if it goes on."""
    if standing is None:
        return ""
    told = {"at": words.day_and_clock(standing.at, words.day_of(visitor.now)), "who": standing.by}
    since = _("Since %(at)s, %(who)s.") % told
    return f"{since} {standing.reason}".strip()
