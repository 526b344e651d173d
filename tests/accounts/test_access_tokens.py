"""Tokens for programs: shown once, limited, ended at once."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.errors import TokenRefused
from accounts.models import AccessToken
from accounts.services import authenticate_token, create_token, deactivate, revoke_token

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
MONTH = NOW + timedelta(days=30)


@pytest.fixture
def head(world):
    return world.user("ilze.piemere", "institution_head", world.school)


def issue(user, **changes):
    wish = {"name": "E-klase", "scopes": ["tasks:read", "cases:read"], "expires_at": MONTH, "now": NOW}
    return create_token(user, **(wish | changes))


def test_a_token_acts_as_its_user_within_its_scopes(head):
    actor = authenticate_token(issue(head).raw, now=NOW)
    assert (actor.name, actor.user_id, actor.person_id, actor.channel) == (
        "ilze.piemere", head.pk, head.person_id, "api",
    )  # fmt: skip
    assert actor.token_scopes == {"cases:read", "tasks:read"}
    assert not actor.may("cases:write")


def test_only_the_hash_is_kept(head):
    issued = issue(head)
    assert issued.raw.startswith("viis_")
    assert len(issued.raw) == 48
    assert AccessToken.objects.get().digest not in issued.raw
    assert len(AccessToken.objects.get().digest) == 64


def test_an_expired_revoked_changed_or_unknown_token_is_nobody(head):
    token = issue(head)
    assert authenticate_token(token.raw, now=MONTH) is None
    assert authenticate_token(token.raw[:-1] + "!", now=NOW) is None
    assert authenticate_token("", now=NOW) is None
    assert authenticate_token("viis_" + "x" * 5000, now=NOW) is None
    assert authenticate_token("viis_\x00ā", now=NOW) is None
    assert revoke_token(head, token.row.public_id, now=NOW)
    assert not revoke_token(head, token.row.public_id, now=NOW)
    assert authenticate_token(token.raw, now=NOW) is None


def test_a_strangers_token_cannot_be_revoked(world, head):
    token = issue(head)
    stranger = world.user("svess.stranger", "institution_head", world.far_school)
    assert not revoke_token(stranger, token.row.public_id, now=NOW)
    assert authenticate_token(token.raw, now=NOW) is not None


def test_closing_the_user_ends_the_token(head):
    token = issue(head)
    deactivate(head, now=NOW)
    assert authenticate_token(token.raw, now=NOW) is None


@pytest.mark.parametrize(
    "wish",
    [
        {"name": " "},
        {"name": "x" * 101},
        {"scopes": []},
        {"scopes": ["cases:read", "everything"]},
        {"expires_at": NOW},
        {"expires_at": NOW + timedelta(days=367)},
    ],
)
def test_a_token_without_name_scope_or_near_end_is_refused(head, wish):
    with pytest.raises(TokenRefused):
        issue(head, **wish)
    assert AccessToken.objects.count() == 0


def test_the_last_use_is_noted_every_ten_minutes(head, django_assert_num_queries):
    raw = issue(head).raw
    authenticate_token(raw, now=NOW)
    with django_assert_num_queries(1):
        authenticate_token(raw, now=NOW + timedelta(minutes=9))
    assert AccessToken.objects.get().last_used_at == NOW
    authenticate_token(raw, now=NOW + timedelta(minutes=11))
    assert AccessToken.objects.get().last_used_at == NOW + timedelta(minutes=11)
