"""The access request's people, for what documents and links are tried on."""

from tests.access_request.conftest import begin, seeded, walk

__all__ = ["begin", "seeded", "walk"]
