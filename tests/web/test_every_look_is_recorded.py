"""Whatever shows a person leaves a row with that person's id: every address of the pages and of the API."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, reverse

import api.urls
import web.urls
from accounts.models import User
from accounts.services import create_token
from cases.models import AuditEntry, Case, Document, Message
from cases.models.links import TaskLink
from engine import clock, jobs
from engine.models import Task
from registries.models import Person
from tests.access_request.conftest import newest_token, request
from tests.web.conftest import text

READERS = ("karlis.paraugs", "ilze.piemere")
# What an address may hold beside the public id of something: the only other words in our tables.
WORDS = {"key": ["access_request"], "token": ["no-such-token"], "day": ["2026-01-05"]}


def public_ids() -> list[Any]:
    """Two of each kind of thing that an address can name: the first and the last."""
    found: list[Any] = []
    for model in (Case, Task, Document, Message):
        ids = list(model.objects.order_by("id").values_list("public_id", flat=True))
        found += {ids[0]: None, ids[-1]: None} if ids else {}
    return found


def addresses(patterns: list[Any]) -> Iterator[tuple[str, str]]:
    """Each address of a table of addresses, with everything that it can name."""
    ids = public_ids()
    for pattern in patterns:
        if not isinstance(pattern, URLPattern) or "(" in str(pattern.pattern):
            continue
        names = list(pattern.pattern.converters)
        for values in product(*(WORDS.get(name, ids) for name in names)):
            route = str(pattern.pattern)
            for name, value in zip(names, values, strict=True):
                kind = type(pattern.pattern.converters[name]).__name__.removesuffix("Converter").lower()
                route = route.replace(f"<{ {'string': 'str'}.get(kind, kind) }:{name}>", str(value))
            yield str(pattern.name or pattern.pattern), f"/{route}"


def newest() -> int:
    return AuditEntry.objects.order_by("-id").values_list("id", flat=True).first() or 0


def noted_since(last: int, actor: str) -> set[int]:
    """The persons in the rows that this actor left."""
    rows = AuditEntry.objects.filter(id__gt=last, actor=actor).values_list("fields", flat=True)
    return {person for fields in rows for person in fields.get("persons", ())}


@pytest.fixture
def concerned(walk, begin):
    """Whom a case is about and who applied: with a case that waits for them, and one that was decided."""
    walk.to_decision()
    walk.do("decide", "karlis.paraugs", decision="grant")
    begin().to_decision(kind="change", roles=["institution_head"])
    jobs.run_due("test", until_empty=True)
    subject = Person.objects.get(given_name="Jānis", family_name="Paraugs")
    return [subject, User.objects.get(username="ilze.piemere").person]


def unrecorded(
    get: Any, prefix: str, patterns: list[Any], reader: User, concerned: list[Person]
) -> list[str]:
    """The addresses that show one of them to this reader and left no row that says so."""
    faults, shown = [], set()
    for name, address in addresses(patterns):
        last = newest()
        answer = get(prefix + address)
        if answer.status_code != 200 or not answer["Content-Type"].startswith(("text/", "application/json")):
            continue
        page = text(answer)
        # The frame of each page names its reader: that is no look at anybody.
        people = [one for one in concerned if one.pk != reader.person_id and str(one) in page]
        if people:
            shown.add(name)
        missing = {one.pk for one in people} - noted_since(last, f"user:{reader.pk}")
        if missing:
            faults.append(f"{name} {address}")
    assert len(shown) >= 3, shown
    return faults


@pytest.mark.parametrize("username", READERS)
def test_every_page_that_shows_a_person_leaves_a_row_with_their_id(visit, concerned, username):
    reader = User.objects.get(username=username)

    assert unrecorded(visit(username).get, "", web.urls.urlpatterns, reader, concerned) == []


@pytest.mark.parametrize("username", READERS)
def test_every_answer_of_the_api_that_shows_a_person_leaves_one_too(visit, concerned, username):
    reader = User.objects.get(username=username)
    browser = visit(username)

    assert unrecorded(browser.get, "/api/v1", api.urls.urlpatterns, reader, concerned) == []


def test_the_search_for_a_person_is_recorded_with_what_it_found(visit, concerned):
    officer, last = visit("karlis.paraugs"), newest()
    officer.get(reverse("cases"), q="Paraugs")

    row = AuditEntry.objects.get(id__gt=last, action="search")
    assert row.object == "cases"
    assert row.fields["count"] == len(row.fields["found"]) == 2
    assert set(row.fields["persons"]) == {person.pk for person in concerned}
    assert "Paraugs" not in str(row.fields)


def test_a_page_writes_its_rows_in_one_statement(visit, concerned):
    officer = visit("karlis.paraugs")
    officer.get(reverse("cases"))
    case = Case.objects.order_by("id").first()
    for address in (reverse("cases"), reverse("inbox"), reverse("case", args=[case.public_id])):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            officer.get(address)
        written = [one["sql"] for one in queries if "audit" in one["sql"] and "INSERT" in one["sql"]]
        assert len(written) == 1, address


def test_who_comes_by_a_link_signs_in_reads_and_signs_out(seeded, walk):
    walk.do("fill_request", "ilze.piemere", **request())
    jobs.run_due("test", until_empty=True)
    link = TaskLink.objects.get()
    code = link.person.codes.get(valid_until=None).code
    browser, last = Client(), newest()

    browser.post(reverse("link_open", args=[newest_token()]), {"code": "00000"})
    browser.post(reverse("link_open", args=[newest_token()]), {"code": code[-5:]}, follow=True)
    browser.post(reverse("sign_out"))
    browser.get(reverse("link_open", args=["x" * 43]))

    rows = AuditEntry.objects.filter(id__gt=last).order_by("id")
    who = f"person:{link.person_id}"
    assert [(row.action, row.actor) for row in rows] == [
        ("sign_in_refused", who),
        ("signed_in", who),
        ("read", who),
        ("signed_out", who),
        ("refused", "unknown"),
    ]
    assert link.person_id in rows[2].fields["persons"]
    assert code not in str([(row.object, row.fields) for row in rows])


def test_signing_in_and_out_and_what_is_done_to_ones_account_is_recorded(visit, seeded):
    user, last = User.objects.get(username="karlis.paraugs"), newest()
    browser = visit("karlis.paraugs")
    browser.post(reverse("password"), old="wrong", new="correct horse battery", again="correct horse battery")
    browser.post(reverse("tokens"), name="Programma", scopes="cases:read", days="30")
    token = user.tokens.get()
    browser.post(reverse("revoke_token", args=[token.public_id]))
    browser.get(reverse("jobs"))
    browser.post(reverse("sign_out"))
    Client().post(reverse("sign_in"), {"username": "karlis.paraugs", "password": "wrong"})

    rows = AuditEntry.objects.filter(id__gt=last).order_by("id")
    assert [row.action for row in rows] == [
        "sign_in_refused",
        "token.made",
        "token.ended",
        "refused",
        "signed_out",
        "sign_in_refused",
    ]
    assert {row.actor for row in rows} == {f"user:{user.pk}"}
    assert rows[3].object == "page:jobs"
    assert rows[4].fields == {"channel": "page", "how": "asked"}


def test_a_session_that_is_over_is_recorded_once(visit, settings):
    browser = visit("karlis.paraugs")
    session = browser.client.session
    session["signed_in_at"] = session["seen_at"] = clock.now().timestamp() - 9 * 3600
    session.save()

    browser.get(reverse("home"))
    browser.get(reverse("home"))

    row = AuditEntry.objects.get(action="signed_out")
    assert row.fields["how"] == "absolute"


def test_a_token_that_works_reads_as_its_user(visit, concerned):
    user, last = User.objects.get(username="karlis.paraugs"), newest()
    now = clock.now()
    month = now + timedelta(days=30)
    raw = create_token(user, name="x", scopes=["cases:read"], expires_at=month, now=now).raw

    Client().get("/api/v1/cases", headers={"Authorization": f"Bearer {raw}"})

    row = AuditEntry.objects.get(id__gt=last)
    assert (row.action, row.actor, row.fields["channel"]) == ("list", f"user:{user.pk}", "api")
