"""Whose turn it is, as a sentence with its dates."""

from django.utils.translation import gettext as _

from cases.queries import Turn
from web import words
from web.visitors import Visitor


def turn_words(turn: Turn, visitor: Visitor) -> str:
    """`Ministrijas darbinieks: Lemt par pieeju, līdz ceturtdienai, 4. septembrim`."""
    text = words.pick(turn, "text")
    until = until_words(turn, visitor)
    return f"{text.rstrip('.')}, {until}" if until else text


def until_words(turn: Turn, visitor: Visitor) -> str:
    """`līdz ceturtdienai, 4. septembrim`; once it is late `termiņš bija 4. septembrī`."""
    if turn.until is None:
        return ""
    today = words.day_of(visitor.now)
    if turn.until < visitor.now:
        return _("was due %(day)s") % {"day": words.on_day(turn.until, today)}
    return words.until_day(turn.until, today)


def since_words(turn: Turn, visitor: Visitor) -> str:
    """`Kopš vakardienas.`"""
    if turn.since is None:
        return ""
    told = words.since_day(turn.since, words.day_of(visitor.now))
    return f"{told[:1].upper()}{told[1:]}."
