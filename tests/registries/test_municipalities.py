"""The real municipalities, their codes and who follows whom."""

from datetime import date

import pytest

from registries.models import Organisation, Territory
from registries.queries import current_territory, final_successor, municipalities, municipality_of, territory
from registries.reference import load_reference

pytestmark = pytest.mark.django_db

BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)


@pytest.fixture(autouse=True)
def _reference():
    load_reference()


def in_force(day):
    return Territory.objects.filter(valid_from__lte=day).exclude(valid_until__lt=day)


def test_there_are_42_since_july_2025_and_were_43_until_june():
    assert in_force(AFTER).count() == 42
    assert in_force(BEFORE).count() == 43
    assert municipalities().count() == 42
    assert sum(row.code < "0010000" for row in in_force(AFTER)) == 7


def test_varaklani_went_to_madona_and_madona_took_a_new_code():
    varaklani = territory("0055000", BEFORE)
    assert varaklani.name == "Varakļānu novads"
    assert territory("0055000", AFTER) is None
    assert territory("0038000", BEFORE).name == "Madonas novads"
    assert territory("0038000", AFTER) is None
    assert territory("0038001", BEFORE) is None
    assert territory("0038001", AFTER).name == "Madonas novads"
    assert current_territory("0055000", AFTER).code == "0038001"
    assert current_territory("0038000", AFTER).code == "0038001"
    assert current_territory("0055000", BEFORE).code == "0055000"
    assert current_territory("0099999", AFTER) is None


def test_madona_answers_for_a_child_declared_in_varaklani():
    assert municipality_of("0055000", AFTER).name == "Madonas novada pašvaldība"
    assert municipality_of("0038000", AFTER).name == "Madonas novada pašvaldība"
    assert municipality_of("0055000", BEFORE).name == "Varakļānu novada pašvaldība"
    assert municipality_of("0000000", AFTER) is None


def test_the_closed_municipality_names_its_successor():
    varaklani = Organisation.objects.get(name="Varakļānu novada pašvaldība")
    assert (varaklani.status, varaklani.closed_on) == ("liquidated", date(2025, 7, 1))
    assert final_successor(varaklani).name == "Madonas novada pašvaldība"


def test_municipalities_are_listed_as_the_alphabet_goes():
    names = [row.name.split()[0] for row in municipalities()]
    assert names[:4] == ["Ādažu", "Aizkraukles", "Alūksnes", "Augšdaugavas"]
    assert names.index("Cēsu") < names.index("Daugavpils")
    assert names.index("Kuldīgas") < names.index("Ķekavas") < names.index("Liepājas")


def test_loading_twice_changes_nothing_and_keeps_what_somebody_wrote():
    Organisation.objects.filter(kind="ministry").update(email="pasts@izm.example")
    counts = load_reference()
    assert (counts.territories, counts.organisations) == (0, 0)
    assert Organisation.objects.get(kind="ministry").email == "pasts@izm.example"
    assert Territory.objects.count() == 44
    assert Organisation.objects.count() == 46
