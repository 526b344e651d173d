"""For the demo alone: the end of the personal code that its visitor has to type after a one-time link."""

from collections.abc import Iterable, Mapping

from django.conf import settings

from cases.links import TAIL, digest_of
from cases.models import TaskLink
from registries.models import PersonCode


def code_tails(tokens: Iterable[str]) -> Mapping[str, str]:
    """The last characters by token, of known links; nothing anywhere but in the demo."""
    if not getattr(settings, "DEMO", False):
        return {}
    digests = {digest_of(token): token for token in tokens}
    persons = dict(TaskLink.objects.filter(digest__in=digests).values_list("digest", "person"))
    current = PersonCode.objects.filter(person__in=persons.values(), valid_until=None)
    codes = dict(current.values_list("person", "code"))
    return {digests[digest]: codes.get(person, "")[-TAIL:] for digest, person in persons.items()}
