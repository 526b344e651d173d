"""What acts on many cases hold of a person: that they asked for them or confirmed them, names in words."""

from collections.abc import Iterable

from django.db.models import Q

from cases.models import Batch, BatchItem

from .people import ERASED
from .sources import Row, Subject, source


def _tell(subject: Subject) -> Iterable[Row]:
    if subject.user is None:
        return ()
    own = Q(asked_by=subject.user) | Q(confirmed_by=subject.user)
    return Batch.objects.filter(own).order_by("id").values("kind", "asked_at", "confirmed_at")


def _erase(subject: Subject) -> int:
    """Why one of many was not done can name who has its task."""
    changed = 0
    name = str(subject.person)
    for field in ("because_lv", "because_en") if subject.is_erased else ():
        named = BatchItem.objects.filter(**{f"{field}__contains": name})
        for pk, text in named.values_list("pk", field):
            changed += BatchItem.objects.filter(pk=pk).update(**{field: text.replace(name, ERASED)})
    return changed


source(Batch, _tell, _erase)
