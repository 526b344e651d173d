"""Invented people whose codes follow the rules: the older with a date and check digit, the newer random."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final
from uuid import UUID

from registries.codes import personal_check_digit
from registries.text import fold

from .names import FAMILIES, MEN, WOMEN
from .titles import title_for

MAIL: Final = "example.lv"


@dataclass(frozen=True, slots=True)
class Staff:
    """An invented person with a place of work."""

    given_name: str
    family_name: str
    code: str
    birth_date: date
    position: str
    is_head: bool
    since: date
    public_id: UUID

    @property
    def email(self) -> str:
        """An address that no mail can reach."""
        return f"{fold(self.given_name)}.{fold(self.family_name).replace(' ', '.')}@{MAIL}"


def invent_person(
    random: Random,
    *,
    position: str,
    is_head: bool = False,
    name: tuple[str, str] | None = None,
    code: str = "",
) -> Staff:
    """A person; the code may be given, the name too. The position is called as the name's gender has it."""
    women = random.random() < 0.75
    given = random.choice(WOMEN if women else MEN)
    family = random.choice(FAMILIES)[0 if women else 1]
    birth_date = date(1958, 1, 1) + timedelta(days=random.randrange(42 * 365))
    invented = invent_code(random, birth_date)
    given = name[0] if name else given
    return Staff(
        given_name=given,
        family_name=name[1] if name else family,
        code=code or invented,
        birth_date=birth_date,
        position=title_for(given, position),
        is_head=is_head,
        since=date(random.randrange(2018, 2026), 9, 1),
        public_id=UUID(int=random.getrandbits(128), version=4),
    )


def invent_code(random: Random, birth_date: date, taken: AbstractSet[str] = frozenset()) -> str:
    """A code that is not in `taken`: one of three as given since July 2017, the others with a check digit."""
    while True:
        if random.random() < 1 / 3:
            code = f"3{random.randrange(2, 10)}{random.randrange(10**9):09d}"
        else:
            century = {18: "0", 19: "1", 20: "2"}[birth_date.year // 100]
            first_ten = f"{birth_date:%d%m%y}{century}{random.randrange(1000):03d}"
            code = first_ten + personal_check_digit(first_ten)
        if code not in taken:
            return code
