"""What is the same in every installation: the 42 municipalities by ATVK code, the ministry, IKVD and AIC."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import transaction

from .models import Organisation, Territory

# ATVK 2021: Cabinet regulation 379 of 15.06.2021; Varakļāni merged into Madona on 1.07.2025.
ATVK_FROM: Final = date(2021, 7, 1)
MERGED_FROM: Final = date(2025, 7, 1)
MERGED_LAST: Final = date(2025, 6, 30)

STATE_CITIES: Final = {
    "0001000": "Rīgas",
    "0002000": "Daugavpils",
    "0003000": "Jelgavas",
    "0004000": "Jūrmalas",
    "0005000": "Liepājas",
    "0006000": "Rēzeknes",
    "0007000": "Ventspils",
}
COUNTIES: Final = {
    "0020000": "Aizkraukles",
    "0021000": "Alūksnes",
    "0022000": "Augšdaugavas",
    "0023000": "Ādažu",
    "0024000": "Balvu",
    "0025000": "Bauskas",
    "0026000": "Cēsu",
    "0027000": "Dienvidkurzemes",
    "0028000": "Dobeles",
    "0029000": "Gulbenes",
    "0030000": "Jelgavas",
    "0031000": "Jēkabpils",
    "0032000": "Krāslavas",
    "0033000": "Kuldīgas",
    "0034000": "Ķekavas",
    "0035000": "Limbažu",
    "0036000": "Līvānu",
    "0037000": "Ludzas",
    "0038001": "Madonas",
    "0039000": "Mārupes",
    "0040000": "Ogres",
    "0041000": "Olaines",
    "0042000": "Preiļu",
    "0043000": "Rēzeknes",
    "0044000": "Ropažu",
    "0045000": "Salaspils",
    "0046000": "Saldus",
    "0047000": "Saulkrastu",
    "0048000": "Siguldas",
    "0049000": "Smiltenes",
    "0051000": "Talsu",
    "0052000": "Tukuma",
    "0053000": "Valkas",
    "0054000": "Valmieras",
    "0056000": "Ventspils",
}
MADONA: Final = "0038001"
MADONA_BEFORE: Final = "0038000"
VARAKLANI: Final = "0055000"

CENTRAL: Final = (
    (Organisation.Kind.MINISTRY, "Izglītības un zinātnes ministrija"),
    (Organisation.Kind.IKVD, "Izglītības kvalitātes valsts dienests"),
    (Organisation.Kind.AIC, "Akadēmiskās informācijas centrs"),
)


@dataclass(frozen=True, slots=True)
class ReferenceCounts:
    """How many rows were new."""

    territories: int
    organisations: int


@transaction.atomic
def load_reference() -> ReferenceCounts:
    """Brings what is missing; rows that are there stay as somebody left them."""
    before = Territory.objects.count(), Organisation.objects.count()
    territories = _territories()
    _organisations(territories)
    return ReferenceCounts(
        territories=Territory.objects.count() - before[0],
        organisations=Organisation.objects.count() - before[1],
    )


def _territories() -> dict[str, Territory]:
    known = set(Territory.objects.values_list("code", "valid_from"))
    names = [(code, f"{name} valstspilsēta") for code, name in STATE_CITIES.items()]
    names += [(code, f"{name} novads") for code, name in COUNTIES.items()]
    rows = [
        Territory(code=code, name=name, valid_from=MERGED_FROM if code == MADONA else ATVK_FROM)
        for code, name in names
    ]
    Territory.objects.bulk_create(row for row in rows if (row.code, row.valid_from) not in known)
    madona = Territory.objects.get(code=MADONA, valid_from=MERGED_FROM)
    merged = [(MADONA_BEFORE, "Madonas novads"), (VARAKLANI, "Varakļānu novads")]
    before = [
        Territory(code=code, name=name, valid_from=ATVK_FROM, valid_until=MERGED_LAST, successor=madona)
        for code, name in merged
    ]
    Territory.objects.bulk_create(row for row in before if (row.code, row.valid_from) not in known)
    return {row.code: row for row in Territory.objects.all()}


def _organisations(territories: dict[str, Territory]) -> None:
    kind = Organisation.Kind.MUNICIPALITY
    for central, name in CENTRAL:
        Organisation.objects.get_or_create(kind=central, defaults={"name": name})
    known = set(Organisation.objects.filter(kind=kind).values_list("territory__code", flat=True))
    names = [(code, f"{name} valstspilsētas pašvaldība") for code, name in STATE_CITIES.items()]
    names += [(code, f"{name} novada pašvaldība") for code, name in COUNTIES.items()]
    Organisation.objects.bulk_create(
        Organisation(kind=kind, name=name, territory=territories[code])
        for code, name in names
        if code not in known
    )
    if VARAKLANI not in known:
        Organisation.objects.create(
            kind=kind,
            name="Varakļānu novada pašvaldība",
            territory=territories[VARAKLANI],
            status=Organisation.Status.LIQUIDATED,
            closed_on=MERGED_FROM,
            successor=Organisation.objects.get(kind=kind, territory=territories[MADONA]),
        )
