"""About sixty invented institutions of every kind, the same for the same seed number."""

from dataclasses import dataclass
from random import Random
from typing import Final
from uuid import UUID

from registries.models.organisations import Kind
from registries.reference import COUNTIES, MADONA, STATE_CITIES

from .names import COMPANIES, PLACES
from .people import Staff, invent_person

# How many of each kind, what they are called, who teaches there, and which share is founded by the state.
_KINDS: Final = (
    (Kind.GENERAL, 18, ("{} pamatskola", "{} vidusskola", "{} sākumskola"), "Skolotājs", 0.0),
    (Kind.PRESCHOOL, 12, ("{} pirmsskolas izglītības iestāde",), "Pirmsskolas skolotājs", 0.0),
    (Kind.SPECIAL, 5, ("{} speciālā pamatskola",), "Speciālās izglītības skolotājs", 0.0),
    (
        Kind.VOCATIONAL,
        6,
        ("{} tehnikums", "{} profesionālā vidusskola"),
        "Profesionālās izglītības skolotājs",
        1.0,
    ),
    (Kind.COLLEGE, 4, ("{} koledža",), "Docents", 1.0),
    (Kind.HIGHER, 3, ("{} augstskola",), "Lektors", 1.0),
    (Kind.INTEREST, 6, ("{} bērnu un jauniešu centrs",), "Interešu izglītības skolotājs", 0.0),
    (Kind.ORIENTATION, 6, ("{} sporta skola", "{} mūzikas skola"), "Profesionālās ievirzes skolotājs", 0.0),
)
_OTHER_POSITIONS: Final = (
    "Direktora vietnieks",
    "Lietvedis",
    "Psihologs",
    "Bibliotekārs",
    "Informātikas speciālists",
)
_PRIVATE_SHARE: Final = 0.15

FIRST_SCHOOL: Final = "Egļkalnu pamatskola"
FIRST_HEAD: Final = ("Ilze", "Piemēre")
FIRST_TEACHER: Final = ("Jānis", "Paraugs")
# Its last five characters are what the demo's visitor types behind the one-time link.
FIRST_TEACHER_CODE: Final = "32765412345"


@dataclass(frozen=True, slots=True)
class Institution:
    """An invented institution: `territory` is a municipality's code, `founder` a company's name or empty."""

    kind: Kind
    name: str
    number: str
    territory: str
    founded_by_state: bool
    founder: str
    closed: bool
    staff: tuple[Staff, ...]
    public_id: UUID

    @property
    def email(self) -> str:
        """An address that no mail can reach."""
        return f"iestade{self.number}@example.lv"


def invent_institutions(seed: int) -> tuple[Institution, ...]:
    """The institutions of this seed number: first Egļkalnu pamatskola in Madona, last a liquidated one."""
    random = Random(seed)  # noqa: S311 - invented data, no secret
    territories = (*STATE_CITIES, *COUNTIES)
    places = iter(PLACES)
    made: list[Institution] = []
    for kind, how_many, names, teacher, by_state in _KINDS:
        for number in range(how_many):
            made.append(
                Institution(
                    kind=kind,
                    name=names[number % len(names)].format(next(places)),
                    number=f"{random.randrange(10**9, 10**10)}",
                    territory=random.choice(territories) if made else MADONA,
                    founded_by_state=random.random() < by_state,
                    founder=random.choice(COMPANIES) if made and random.random() < _PRIVATE_SHARE else "",
                    closed=kind == Kind.ORIENTATION and number == how_many - 1,
                    staff=_staff(random, teacher, first=not made),
                    public_id=UUID(int=random.getrandbits(128), version=4),
                )
            )
    return tuple(made)


def _staff(random: Random, teacher: str, *, first: bool) -> tuple[Staff, ...]:
    head = invent_person(random, position="Direktors", is_head=True, name=FIRST_HEAD if first else None)
    staff = [head]
    if first:
        staff.append(invent_person(random, position=teacher, name=FIRST_TEACHER, code=FIRST_TEACHER_CODE))
    staff += [invent_person(random, position=teacher) for _ in range(random.randrange(4, 8))]
    others = random.sample(_OTHER_POSITIONS, 2)
    return (*staff, *(invent_person(random, position=position) for position in others))
