"""Everything that changes accounts: roles, invitations, passwords, tokens, signing in."""

from .invitations import ActivationLink, activate, invite, make_activation_link
from .passwords import change_password
from .roles import create_administrator, grant_role, revoke_role, revoke_roles_in
from .sign_in import sign_in, sign_out
from .tokens import IssuedToken, authenticate_token, create_token, revoke_token
from .users import choose_language, deactivate, reactivate

__all__ = [
    "ActivationLink",
    "IssuedToken",
    "activate",
    "authenticate_token",
    "change_password",
    "choose_language",
    "create_administrator",
    "create_token",
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
]
