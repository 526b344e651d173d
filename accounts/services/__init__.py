"""Everything that changes accounts: roles, invitations, passwords, tokens, signing in."""

from .invitations import ActivationLink, activate, invite, make_activation_link
from .passwords import change_password
from .roles import create_administrator, grant_role, revoke_role, revoke_roles_in
from .sign_in import closed_in_session, closed_user, sign_in, sign_out
from .tokens import (
    IssuedToken,
    authenticate_token,
    create_token,
    create_token_for,
    revoke_token,
    tokens_of,
)
from .users import choose_keyboard, choose_language, close_without_roles, deactivate, reactivate, user_of

__all__ = [
    "ActivationLink",
    "IssuedToken",
    "activate",
    "authenticate_token",
    "change_password",
    "choose_keyboard",
    "choose_language",
    "close_without_roles",
    "closed_in_session",
    "closed_user",
    "create_administrator",
    "create_token",
    "create_token_for",
    "deactivate",
    "grant_role",
    "invite",
    "make_activation_link",
    "reactivate",
    "revoke_role",
    "revoke_roles_in",
    "revoke_token",
    "sign_in",
    "sign_out",
    "tokens_of",
    "user_of",
]
