"""Users, the roles they hold, and their tokens for the API."""

from .roles import Role, RoleGrant
from .tokens import AccessToken
from .users import User

__all__ = ["AccessToken", "Role", "RoleGrant", "User"]
