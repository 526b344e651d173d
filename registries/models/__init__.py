"""Authoritative records: territories, organisations, persons, employments."""

from .organisations import Organisation
from .persons import Employment, Person, PersonCode
from .territories import Territory

__all__ = ["Employment", "Organisation", "Person", "PersonCode", "Territory"]
