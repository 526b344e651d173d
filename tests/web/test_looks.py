"""Who looked at my data: the person concerned sees who, when, what and why, and nobody else's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import User
from cases.models import AuditEntry, Document, LegalHold
from cases.queries import Period, looks
from engine import clock
from tests.access_request.conftest import actor
from tests.web.conftest import text

HEAD, OFFICER = "ilze.piemere", "karlis.paraugs"


@pytest.fixture
def looked(visit, walk):
    """An officer opened the head's case and its last document, and searched for her."""
    walk.to_decision()
    officer = visit(OFFICER)
    officer.get(reverse("case", args=[walk.case.public_id]))
    document = Document.objects.filter(case=walk.case).order_by("id").last()
    officer.get(reverse("document", args=[document.public_id]))
    officer.get(reverse("cases"), q="Piemēre")
    return walk


def told(username, **asked):
    return [(look.who, look.what, look.case_number) for look in looks(actor(username), **asked).items]


def test_the_head_sees_who_looked_at_what(visit, looked):
    number = looked.case.number
    others = told(HEAD)

    assert others[:3] == [
        ("Kārlis Paraugs", "search", ""),
        ("Kārlis Paraugs", "document", number),
        ("Kārlis Paraugs", "case", number),
    ]
    page = text(visit(HEAD).get(reverse("looks")))
    assert "Kārlis Paraugs" in page
    assert "Ministrijas" in page  # the role, with the organisation
    assert reverse("case", args=[looked.case.public_id]) in page
    assert "Meklēšanas rezultātu" in page


def test_ones_own_looks_are_apart(visit, looked):
    visit(HEAD).get(reverse("case", args=[looked.case.public_id]))

    assert ("Ilze Piemēre", "case", looked.case.number) in told(HEAD, own=True)
    assert {who for who, _what, _number in told(HEAD)} == {"Kārlis Paraugs"}


def test_nobody_sees_who_looked_at_others(looked):
    assert told("dace.aizvietone") == []


def test_a_period_ends_with_its_last_day(visit, looked):
    today = clock.now().date()
    tomorrow = today + timedelta(days=1)

    assert len(told(HEAD, period=Period(first=today - timedelta(days=1), last=tomorrow))) == len(told(HEAD))
    assert told(HEAD, period=Period(last=today - timedelta(days=2))) == []
    wrong = visit(HEAD).get(reverse("looks"), no="vakar")
    assert wrong.status_code == 422
    assert "Ierakstiet dienu" in text(wrong)


def test_pages_go_forward_and_back(looked):
    everything = told(HEAD)
    first = looks(actor(HEAD), limit=2)
    second = looks(actor(HEAD), limit=2, cursor=first.next_cursor)
    back = looks(actor(HEAD), limit=2, cursor=second.previous_cursor)

    assert first.previous_cursor == back.previous_cursor == ""
    assert [(one.who, one.what, one.case_number) for one in (*first.items, *second.items)] == everything[:4]
    assert back.items == first.items


def test_nothing_is_hidden_unless_an_order_says_so(looked):
    hold = LegalHold.objects.create(
        case=looked.case, basis="Kriminālprocess Nr. 0", placed_by=OFFICER, placed_at=clock.now()
    )
    assert len(told(HEAD)) > 0

    LegalHold.objects.filter(pk=hold.pk).update(hides_looks=True)
    assert told(HEAD) == []
    LegalHold.objects.filter(pk=hold.pk).update(released_at=clock.now())
    assert len(told(HEAD)) > 0


def test_the_api_tells_the_same(visit, looked):
    answer = visit(HEAD).client.get("/api/v1/me/looks?limit=3")

    items = answer.json()["items"]
    assert [(one["who"], one["what"], one["case_number"]) for one in items] == told(HEAD)[:3]
    assert items[0]["roles"][0]["role"] == "ministry_officer"


def test_the_page_needs_no_more_statements_for_more_looks(visit, looked, django_assert_max_num_queries):
    for _ in range(10):
        visit(OFFICER).get(reverse("case", args=[looked.case.public_id]))
    head = visit(HEAD)
    with django_assert_max_num_queries(25):
        head.get(reverse("looks"))
    rows = AuditEntry.objects.filter(actor=f"user:{User.objects.get(username=OFFICER).pk}")
    assert rows.count() >= 13
