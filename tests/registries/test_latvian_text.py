"""Search without marks, sort as the Latvian alphabet does."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registries.models import Organisation, Person
from registries.text import KEY_LENGTH, fold, search_words, sort_key

IN_ORDER = [
    "Āboliņa",
    "Abula",
    "Cālis",
    "Cīrulis",
    "Čakste",
    "Dambe",
    "Ērglis",
    "Gailis",
    "Ģelzis",
    "Īriss",
    "Jansons",
    "Kalns",
    "Ķikuts",
    "Lācis",
    "Ļaudams",
    "Muižnieks",
    "Nagla",
    "Ņikitins",
    "Ozols",
    "Sala",
    "Šablone",
    "Upe",
    "Zariņa",
    "Žagars",
]


def test_the_latvian_alphabet_decides_the_order():
    names = IN_ORDER.copy()
    Random(5).shuffle(names)
    assert sorted(names, key=sort_key) == IN_ORDER


def test_a_long_vowel_decides_only_between_words_that_are_else_equal():
    assert sorted(["Ķērsa", "Kāsa", "Kasa", "Kasē"], key=sort_key) == ["Kasa", "Kāsa", "Kasē", "Ķērsa"]


def test_a_shorter_name_comes_first_and_numbers_go_by_value():
    schools = ["Rīgas 10. vidusskola", "Rīgas 2. vidusskola", "Rīgas", "Rīga"]
    assert sorted(schools, key=sort_key) == ["Rīga", "Rīgas", "Rīgas 2. vidusskola", "Rīgas 10. vidusskola"]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Šķērsstrautu  pamatskola", "skersstrautu pamatskola"),
        ("SIA „Izdomātā izglītība”", "sia izdomata izglitiba"),
        ("ĢIRTS-ŪDRIS", "girts udris"),
        ("Łódź straße", "lodz strasse"),
        ("  ", ""),
    ],
)
def test_folding_leaves_plain_small_words(text, folded):
    assert fold(text) == folded


@given(st.text(max_size=500))
def test_any_text_folds_once_and_for_all_and_fits_its_column(text):
    assert fold(fold(text)) == fold(text)
    assert len(sort_key(text)) <= KEY_LENGTH
    assert len(search_words(text)) <= 8


@pytest.mark.django_db
def test_search_finds_by_words_in_any_order_without_marks():
    school = Organisation.objects.create(
        kind="general", name="Šķērsstrautu vidusskola", registration_number="4000000001"
    )
    Organisation.objects.create(kind="general", name="Saulgrīvu vidusskola", registration_number="4000000002")

    assert list(Organisation.objects.matching("VIDUSSKOLA sker")) == [school]
    assert list(Organisation.objects.matching("4000000001")) == [school]
    assert list(Organisation.objects.matching("vidusskola 100%")) == []


@pytest.mark.django_db
def test_keys_follow_a_change_of_name_however_it_is_saved():
    person = Person.objects.create(given_name="Zane", family_name="Ābele")
    person.family_name = "Žagare"
    person.save(update_fields=["family_name"])

    assert list(Person.objects.matching("zagare").values_list("pk", flat=True)) == [person.pk]
    assert list(Person.objects.matching("abele")) == []
    made = Person.objects.bulk_create([Person(given_name="Ģirts", family_name="Ļaudams")])
    assert made[0].search_key == "girts laudams"
