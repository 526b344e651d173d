"""Users, the roles they hold, and their tokens for the API."""

from .activations import Activation
from .roles import Role, RoleGrant
from .tokens import AccessToken
from .users import User

__all__ = ["AccessToken", "Activation", "Role", "RoleGrant", "User"]
