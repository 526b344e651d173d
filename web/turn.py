"""Whose turn it is, as a sentence with its dates."""

from cases.queries import Turn
from web import words
from web.visitors import Visitor


def turn_words(turn: Turn, visitor: Visitor) -> str:
    """`Ministrijas darbinieks: Lemt par pieeju, līdz ceturtdienai, 4. septembrim`."""
    text = words.pick(turn, "text")
    if turn.until is None:
        return text
    return f"{text.rstrip('.')}, {words.until_day(turn.until, words.day_of(visitor.now))}"


def since_words(turn: Turn, visitor: Visitor) -> str:
    """`Kopš vakardienas.`"""
    if turn.since is None:
        return ""
    told = words.since_day(turn.since, words.day_of(visitor.now))
    return f"{told[:1].upper()}{told[1:]}."
