"""The suite's database has the roles it will have in production."""

import pytest
from django.db import connection


@pytest.mark.django_db
def test_the_suite_runs_on_a_supported_postgresql() -> None:
    assert connection.pg_version >= 150000
