"""Texts such as people type, paste or attack with, from a seed; what each of them should read as."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator

LATVIAN = "aābcčdeēfgģhiījkķlļmnņoprsštuūvzžAĀBCČDEĒFGĢHIĪJKĶLĻMNŅOPRSŠTUŪVZŽ"
SPECIAL = (
    "</b>",
    "<img src='/etc/passwd'/>",
    '<a href="javascript:alert(1)">x</a>',
    "&amp;",
    "&lt;b&gt;",
    "<para><font size=90>A</font>",
    "]]>",
    "%PDF-1.7",
    "{{ 7*7 }}",
    "{page}",
    "\u202eabc\u202c",
    "\u200bx\u200d",
    "a\x00b\x07c\x1b[31m",
    "שלום",
    "مرحبا",
    "😀",
    "👩‍🏫",
    "漢字",
    "e\u0301\u0304",
    "\u0327c",
    "\ufeffBOM",
    "\ud7ff\ue000",
    "(\\)",
    "fi ﬁ ﬀ",
    "½ € № § ≤ → •",
    "Ωμέγα Жизнь",
    "𝔘𝔫𝔦",
    "\u2028line\u2029",
    "\u00a0\u2003\u3000",
    "\u00ad",
    "�",
)


def generated(seed: int) -> Iterator[str]:
    """An endless row of texts of every kind; the same for the same seed."""
    chance = random.Random(seed)
    while True:
        kind = chance.randrange(6)
        if kind == 0:
            yield "".join(chance.choices(LATVIAN + "   .,-–“”", k=chance.randrange(1, 240)))
        elif kind == 1:
            yield "x" + " ".join(chance.choices(SPECIAL, k=chance.randrange(1, 8)))
        elif kind == 2:
            yield "".join(chr(_code(chance)) for _ in range(chance.randrange(1, 120)))
        elif kind == 3:
            yield chance.choice(LATVIAN) * chance.randrange(60, 240)
        elif kind == 4:
            words = ("".join(chance.choices(LATVIAN, k=chance.randrange(1, 14))) for _ in range(30))
            yield chance.choice(" \n").join(words)
        else:
            yield chance.choice(("W", "ļ", "i")) * (200_000 if chance.random() < 0.05 else 5_000)


def _code(chance: random.Random) -> int:
    top = chance.choice((0x7F, 0x17F, 0x24F, 0x5FF, 0xFFFF, 0x1FFFF))
    return chance.randrange(top)


def read_as(text: str, drawable: frozenset[int]) -> str:
    """What is to be read of a text, without white space: told by another rule than the product's own."""
    unseen = ("Cc", "Cf", "Cs")
    seen = "".join(one for one in text if one in "\n\r\t" or unicodedata.category(one) not in unseen)
    composed = unicodedata.normalize("NFC", seen)
    return "".join(one if ord(one) in drawable else "�" for one in composed if not one.isspace())
