"""Texts made comparable: a key to search by, and a key that sorts as the Latvian alphabet does."""

import re
import unicodedata

KEY_LENGTH = 400

_WITHOUT_MARK = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ß": "ss"})
_NOT_WORD = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"\d+")
# Letters of their own in the Latvian alphabet; long vowels and y only decide between otherwise equal words.
_OWN_LETTERS = frozenset("čģķļņŗšž")
_ALIKE = str.maketrans({"ā": "a", "ē": "e", "ī": "i", "ō": "o", "ū": "u", "y": "i"})


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def fold(text: str) -> str:
    """The words of a text in small letters without marks or punctuation, one space between them."""
    # Twice: a mathematical capital becomes a capital letter only when it is decomposed.
    plain = _plain(_plain(text).casefold()).translate(_WITHOUT_MARK)
    return _NOT_WORD.sub(" ", plain).strip()


def sort_key(text: str) -> str:
    """A key whose order by code point is the Latvian alphabetical order; numbers sort by their value."""
    words = _NOT_WORD.sub(" ", unicodedata.normalize("NFC", text.casefold())).strip()
    words = _DIGITS.sub(lambda found: found.group().zfill(4), words)
    primary = "".join(_primary(letter) for letter in words)
    # A tab sorts before the space, so a short name stays before its longer sisters.
    return f"{primary}\t{_marks(words)}"[:KEY_LENGTH]


def _primary(letter: str) -> str:
    if letter in _OWN_LETTERS:
        return _plain(letter) + "~"
    return _plain(letter.translate(_ALIKE)).translate(_WITHOUT_MARK)


def _marks(words: str) -> str:
    return "".join("1" if letter in "āēīōūy" else "0" for letter in words).rstrip("0")


def search_words(text: str) -> tuple[str, ...]:
    """The folded words of what somebody typed into a search box, at most eight."""
    return tuple(fold(text).split()[:8])
