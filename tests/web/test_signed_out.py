"""Whoever is signed out while typing finds the text again after signing in; nobody else ever does."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from cases.models import Draft, KeptText
from cases.services.tasks import save_draft
from engine.models import Task
from tests.access_request.conftest import actor
from tests.web.conftest import BACKEND, text

WORDS = "Ievada skolēnu datus un sagatavo pārskatus."


def seal_in(page):
    found = re.search(r'name="seal" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def signed_in(client, username):
    client.force_login(User.objects.get(username=username), backend=BACKEND)


def typed_after_the_end(visit, walk, username="ilze.piemere", element="fill_request", **fields):
    """Opens the form, loses the session, and sends it; the answer and the address."""
    visitor = visit(username)
    address = reverse("task", args=[walk.task(element).public_id])
    seal = seal_in(text(visitor.get(address)))
    visitor.client.session.flush()
    fields = fields or {"kind": "grant", "reason": WORDS}
    return (
        visitor,
        address,
        visitor.follow(address, seal=seal, draft_version="0", action="continue", **fields),
    )


def test_after_signing_in_the_text_is_in_the_form_again(visit, walk):
    visitor, address, answer = typed_after_the_end(visit, walk)
    assert "Tas, ko rakstījāt, ir saglabāts" in text(answer)
    assert Draft.objects.count() == 0

    signed_in(visitor.client, "ilze.piemere")
    page = text(visitor.get(address))

    assert WORDS in page
    assert "Šeit ir tas, ko rakstījāt, pirms beidzās sesija" in page
    assert Draft.objects.count() == 0
    visitor.post(address, draft_version="0", action="later", kind="grant", reason=WORDS)
    assert Draft.objects.get().content["reason"] == WORDS
    assert KeptText.objects.count() == 0
    assert "Šeit ir tas" not in text(visitor.get(address))


def test_somebody_else_who_signs_in_there_sees_nothing_of_it(visit, walk):
    walk.to_decision()
    visitor, address, _answer = typed_after_the_end(
        visit, walk, "karlis.paraugs", "decide", decision="refuse", reasons=WORDS
    )

    signed_in(visitor.client, "anna.paraudzina")

    assert WORDS not in text(visitor.get(address))
    signed_in(visitor.client, "karlis.paraugs")
    assert WORDS in text(visitor.get(address))


@pytest.mark.parametrize("wrong", ["", "x", "other task"])
def test_nothing_is_kept_without_the_seal_of_the_page(visit, walk, begin, wrong):
    head = visit("ilze.piemere")
    other = begin()
    seal = seal_in(text(head.get(reverse("task", args=[other.task("fill_request").public_id]))))
    address = reverse("task", args=[walk.task("fill_request").public_id])

    answer = Client().post(address, {"seal": seal if wrong == "other task" else wrong, "reason": WORDS})

    assert answer.status_code == 302
    assert KeptText.objects.count() == 0


def test_the_text_is_compared_with_a_draft_that_was_saved_meanwhile(visit, walk):
    visitor, address, _answer = typed_after_the_end(visit, walk)
    content = {"kind": "grant", "reason": "Cits pamatojums."}
    save_draft(walk.task("fill_request").public_id, user=actor("ilze.piemere"), content=content, version=0)
    signed_in(visitor.client, "ilze.piemere")
    page = text(visitor.get(address))
    version = re.search(r'name="draft_version" value="(\d+)"', page)
    assert version is not None
    assert version[1] == "0"

    conflict = visitor.post(address, draft_version="0", action="continue", kind="grant", reason=WORDS)

    assert conflict.status_code == 409
    assert "Cits pamatojums." in text(conflict)
    assert WORDS in text(conflict)


def test_what_was_kept_is_gone_after_a_day(visit, walk):
    visitor, address, _answer = typed_after_the_end(visit, walk)
    row = KeptText.objects.get()
    KeptText.objects.update(kept_at=row.kept_at - timedelta(days=2))

    signed_in(visitor.client, "ilze.piemere")

    assert WORDS not in text(visitor.get(address))


def test_a_draft_that_saves_itself_says_that_the_text_is_kept(visit, walk):
    head = visit("ilze.piemere")
    task = walk.task("fill_request").public_id
    seal = seal_in(text(head.get(reverse("task", args=[task]))))
    head.client.session.flush()

    answer = head.post(reverse("task_draft", args=[task]), seal=seal, draft_version="0", reason=WORDS)

    assert answer.status_code == 401
    assert "Tas, ko rakstījāt, ir saglabāts" in text(answer)
    assert KeptText.objects.get().owner == "ilze.piemere"


def test_an_officers_words_beside_the_answers_are_kept_too(visit, walk):
    walk.to_decision()
    task = walk.task("decide")
    save_draft(task.public_id, user=actor("karlis.paraugs"), content={"decision": "return"}, version=0)
    officer = visit("karlis.paraugs")
    address = reverse("task_return", args=[task.public_id])
    seal = seal_in(text(officer.get(address)))
    officer.client.session.flush()

    officer.post(address, seal=seal, **{"comment-reason": "Precizējiet pienākumus."})

    signed_in(officer.client, "karlis.paraugs")
    assert "Precizējiet pienākumus." in text(officer.get(address))
    assert Task.objects.get(pk=task.pk).status == "open"
