"""The names of roles in both languages, for letters that are written in one whatever the reader chose."""

from django.utils.translation import override

from .models import Role


def role_name(role: str, language: str) -> str:
    """The name of a role; the role itself where it is unknown."""
    if role not in Role.values:
        return role
    with override(language):
        return str(Role(role).label)
