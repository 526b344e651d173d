"""One kind of finding in English and Latvian."""

from __future__ import annotations

from typing import NamedTuple


class Text(NamedTuple):
    """The rule, what is wrong and what to draw instead; `{detail}` stands for what was met."""

    rule: str
    message_en: str
    message_lv: str
    advice_en: str
    advice_lv: str
