"""Invented institutions and people for demonstration and tests: no name, number or code is anybody's."""

from .institutions import Institution, invent_institutions
from .people import Staff, invent_person
from .store import store

__all__ = ["Institution", "Staff", "invent_institutions", "invent_person", "store"]
