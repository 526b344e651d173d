"""Asserts that a refused act left every table as it was, apart from the record of the refusal."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.db import connection

from cases.errors import CaseError
from cases.models import AuditEntry

APPS = ("registries", "engine", "accounts", "cases", "exchange")
RECORDS = {"cases_auditentry", "cases_auditchain"}


def everything(besides: Collection[str] = ()) -> dict[str, str]:
    """A hash of the rows of every table but some."""
    found = {}
    for model in apps.get_models():
        table = model._meta.db_table
        if model._meta.app_label not in APPS or table in RECORDS or table in besides:
            continue
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {table} t"
            )
            found[table] = cursor.fetchone()[0]
    return found


@contextmanager
def refused(
    error: type[CaseError], *, code: str | None = None, besides: Collection[str] = ()
) -> Iterator[pytest.ExceptionInfo[CaseError]]:
    """The act inside raises this error, changes nothing `besides`, and its refusal is in the audit."""
    before, chained = everything(besides), AuditEntry.objects.filter(chain__startswith="case:").count()
    recorded = AuditEntry.objects.filter(action="refused").count()
    with pytest.raises(error) as raised:
        yield raised
    assert everything(besides) == before
    assert AuditEntry.objects.filter(chain__startswith="case:").count() == chained
    entry = AuditEntry.objects.filter(action="refused").order_by("-id").first()
    assert entry is not None
    assert AuditEntry.objects.filter(action="refused").count() == recorded + 1
    assert entry.fields["code"] == (code or error.code)
