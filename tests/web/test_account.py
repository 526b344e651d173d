"""One's own account: what is left empty is named at its field, and the language goes with the user."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AccessToken, User
from accounts.services import choose_language, make_activation_link
from engine import clock
from tests.web.conftest import text

OLD, NEW = "paraugs-parole-2026", "zilais kalns rīta miglā"


@pytest.mark.parametrize(
    ("typed", "told", "target"),
    [
        ({"old": OLD}, ["Ierakstiet jauno paroli."], "new"),
        ({"old": OLD, "new": NEW}, ["Ierakstiet jauno paroli vēlreiz."], "again"),
        ({"old": OLD, "new": NEW, "again": "cita"}, ["Abas paroles atšķiras."], "again"),
        ({}, ["Ierakstiet pašreizējo paroli.", "Ierakstiet jauno paroli."], "old"),
    ],
)
def test_an_empty_password_field_is_named_above_the_form_and_at_the_field(visit, typed, told, target):
    page = visit("ilze.piemere").post(reverse("password"), **typed)

    assert page.status_code == 422
    assert f'<a href="#{target}">{told[0]}</a>' in text(page)
    assert [text(page).count(words) for words in told] == [2] * len(told)
    assert "<title>Kļūda:" in text(page)
    assert 'tabindex="-1" autofocus' in text(page)
    assert User.objects.get(username="ilze.piemere").check_password(OLD)


def test_the_rules_for_a_password_stand_at_the_new_one_alone(visit):
    assert text(visit("ilze.piemere").get(reverse("password"))).count("Vismaz 12 zīmes") == 1


def test_signing_in_names_the_field_that_was_left_empty(seeded, db):
    nobody = Client().post(reverse("sign_in"), {"username": " "})
    halfway = Client().post(reverse("sign_in"), {"username": "ilze.piemere"})

    assert [nobody.status_code, halfway.status_code] == [422, 422]
    assert '<a href="#username">Ierakstiet lietotājvārdu.</a>' in text(nobody)
    assert '<a href="#password">Ierakstiet paroli.</a>' in text(nobody)
    assert "Ierakstiet lietotājvārdu." not in text(halfway)
    assert text(halfway).count("Ierakstiet paroli.") == 2
    assert 'value="ilze.piemere"' in text(halfway)


def test_the_first_password_cannot_be_empty(seeded, db):
    user = User.objects.get(username="ilze.piemere")
    address = reverse("activate", args=[make_activation_link(user, now=clock.now()).token])

    empty, once = Client().post(address), Client().post(address, {"password": NEW})
    chosen = Client().post(address, {"password": NEW, "again": NEW})

    assert '<a href="#password">Ierakstiet jauno paroli.</a>' in text(empty)
    assert '<a href="#again">Ierakstiet jauno paroli vēlreiz.</a>' in text(once)
    assert [empty.status_code, once.status_code, chosen.status_code] == [422, 422, 302]


def test_each_thing_that_a_token_lacks_is_named(visit):
    page = text(visit("ilze.piemere").post(reverse("tokens")))

    for target, words in (
        ("name", "Dažos vārdos ierakstiet, kam atslēga vajadzīga."),
        ("scope-1", "Atzīmējiet vismaz vienu, ko atslēga drīkst."),
        ("days-30", "Izvēlieties, cik ilgi atslēga der."),
    ):
        assert f'<a href="#{target}">{words}</a>' in page
        assert page.count(words) == 2
    assert AccessToken.objects.count() == 0


def test_the_language_chosen_on_a_page_is_the_one_for_mail(visit):
    head = visit("ilze.piemere")

    head.post(reverse("set_language"), language="en")
    chosen = User.objects.get(username="ilze.piemere")

    assert chosen.language == "en"
    choose_language(chosen, "lv")
    assert User.objects.get(username="ilze.piemere").language == "lv"
