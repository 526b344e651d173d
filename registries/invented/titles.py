"""Titles as the person's grammatical gender has them; what is not in the table is the same for everybody."""

from typing import Final

_WOMENS: Final = {
    "Bibliotekārs": "Bibliotekāre",
    "Direktora vietnieks": "Direktora vietniece",
    "Direktors": "Direktore",
    "Docents": "Docente",
    "Informātikas speciālists": "Informātikas speciāliste",
    "Interešu izglītības skolotājs": "Interešu izglītības skolotāja",
    "Izglītības pārvaldes vadītājs": "Izglītības pārvaldes vadītāja",
    "Lektors": "Lektore",
    "Lietvedis": "Lietvede",
    "Pirmsskolas skolotājs": "Pirmsskolas skolotāja",
    "Profesionālās ievirzes skolotājs": "Profesionālās ievirzes skolotāja",
    "Profesionālās izglītības skolotājs": "Profesionālās izglītības skolotāja",
    "Psihologs": "Psiholoģe",
    "Skolotājs": "Skolotāja",
    "Speciālās izglītības skolotājs": "Speciālās izglītības skolotāja",
}
# Invented men's given names end so, women's never.
_MENS_ENDINGS: Final = ("s", "š", "o")


def title_for(given_name: str, position: str) -> str:
    """The position as it is called when who has this invented given name holds it."""
    return position if given_name.endswith(_MENS_ENDINGS) else _WOMENS.get(position, position)
