"""The access request's people, for what documents and links are tried on."""

from tests.access_request.conftest import begin, other_head, seeded, walk

__all__ = ["begin", "other_head", "seeded", "walk"]
