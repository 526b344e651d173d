"""A person is invited, follows the link once and sets a password."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.errors import ActivationRefused, PasswordRefused, WrongCredentials
from accounts.models import Activation, User
from accounts.services import activate, change_password, deactivate, invite, make_activation_link, reactivate
from accounts.services.invitations import activation_user

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
GOOD = "kalni-un-lejas-7"


@pytest.fixture
def janis(world):
    return invite(world.person("Jānis", "Paraugs"), now=NOW)


def test_usernames_are_plain_and_never_taken_twice(world):
    people = [
        world.person("Jānis", "Paraugs"),
        world.person("Jānis", "Paraugs"),
        world.person("Ģirts", "Ļoti-Šķērs"),
    ]
    assert [invite(person, now=NOW).username for person in people] == [
        "janis.paraugs",
        "janis.paraugs2",
        "girts.loti.skers",
    ]
    assert invite(people[0], now=NOW).username == "janis.paraugs"
    assert User.objects.count() == 3


def test_the_link_works_once(janis):
    link = make_activation_link(janis, now=NOW)
    assert activation_user(link.token, now=NOW) == janis

    user = activate(link.token, GOOD, now=NOW)

    assert user.check_password(GOOD)
    assert User.objects.get().password.startswith("argon2")
    with pytest.raises(ActivationRefused):
        activate(link.token, "cita-gara-parole-9", now=NOW)
    assert User.objects.get().check_password(GOOD)


def test_only_a_hash_of_the_link_is_kept(janis):
    link = make_activation_link(janis, now=NOW)
    kept = Activation.objects.get()
    assert len(link.token) >= 43
    assert link.token not in kept.digest
    assert len(kept.digest) == 64


def test_a_newer_link_voids_the_older_and_time_voids_any(janis):
    old = make_activation_link(janis, now=NOW)
    new = make_activation_link(janis, now=NOW)
    with pytest.raises(ActivationRefused):
        activate(old.token, GOOD, now=NOW)
    assert new.expires_at == NOW + timedelta(days=7)
    with pytest.raises(ActivationRefused):
        activate(new.token, GOOD, now=NOW + timedelta(days=7))
    assert not User.objects.get().has_usable_password()
    assert activate(new.token, GOOD, now=NOW + timedelta(days=6)) == janis


@pytest.mark.parametrize("token", ["", "nonsense", "ā" * 43, "\x00"])
def test_an_unknown_link_is_refused(janis, token):
    with pytest.raises(ActivationRefused):
        activate(token, GOOD, now=NOW)


@pytest.mark.parametrize("password", ["", "short", "password1234", "x" * 1001, "nul\x00nul\x00nul\x00nul"])
def test_a_weak_password_is_refused_and_the_link_still_works(janis, password):
    link = make_activation_link(janis, now=NOW)
    with pytest.raises(PasswordRefused) as refused:
        activate(link.token, password, now=NOW)
    assert refused.value.reasons
    assert not User.objects.get().has_usable_password()
    assert activate(link.token, GOOD, now=NOW).check_password(GOOD)


def test_a_closed_user_cannot_activate_and_an_opened_one_needs_a_new_link(janis):
    link = make_activation_link(janis, now=NOW)
    deactivate(janis, now=NOW)
    with pytest.raises(ActivationRefused):
        activate(link.token, GOOD, now=NOW)
    reactivate(janis)
    with pytest.raises(ActivationRefused):
        activate(link.token, GOOD, now=NOW)


@pytest.mark.parametrize(
    "password", ["janis.paraugs", "JānisParaugs1", "paraugs-2026-janis", "Paraugs Jānis!"]
)
def test_a_password_that_is_hardly_more_than_the_name_is_refused(janis, password):
    link = make_activation_link(janis, now=NOW)

    with pytest.raises(PasswordRefused) as refused:
        activate(link.token, password, now=NOW)

    assert refused.value.reasons == (
        "Parolē gandrīz nav nekā cita kā jūsu vārds. Papildiniet to ar citiem vārdiem.",
    )


def test_a_password_may_hold_the_name_beside_other_words(janis):
    link = make_activation_link(janis, now=NOW)

    assert activate(link.token, "janis un lielais kalns", now=NOW).has_usable_password()


def test_a_password_of_few_characters_is_refused(janis):
    link = make_activation_link(janis, now=NOW)

    with pytest.raises(PasswordRefused) as refused:
        activate(link.token, "abababababababab", now=NOW)

    assert refused.value.reasons == ("Parolē atkārtojas tikai dažas rakstzīmes.",)


def test_changing_the_password_needs_the_old_one(janis):
    activate(make_activation_link(janis, now=NOW).token, GOOD, now=NOW)
    with pytest.raises(WrongCredentials):
        change_password(janis, old="nepareiza", new="cita-gara-parole-9")
    with pytest.raises(PasswordRefused):
        change_password(janis, old=GOOD, new="short")
    assert User.objects.get().check_password(GOOD)
    change_password(janis, old=GOOD, new="cita-gara-parole-9")
    assert User.objects.get().check_password("cita-gara-parole-9")
