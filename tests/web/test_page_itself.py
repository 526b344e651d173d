"""What every page keeps: no inline script or style, bounded statements, Latvian first, English complete."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import gettext, override

from cases.services.start import start_case
from registries.models import Organisation
from tests.access_request.conftest import actor
from tests.web.conftest import text

TEMPLATES = sorted(Path(settings.BASE_DIR, "templates").rglob("*.html"))
# What stands alone is a file that somebody opens from a disk, where no policy of ours comes with it.
SERVED = [path for path in TEMPLATES if path.parent.name != "alone"]
INLINE = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:", re.IGNORECASE)
SAID = re.compile(r"{%\s*translate\s+(?:\"([^\"]+)\"|'([^']+)')")
SAME_IN_BOTH = {"Process"}


@pytest.mark.parametrize("template", SERVED, ids=lambda path: path.name)
def test_no_template_needs_an_exception_from_the_content_security_policy(template):
    assert not INLINE.findall(template.read_text())


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_word_of_a_template_is_translated(template):
    said = {first or second for first, second in SAID.findall(template.read_text())}
    with override("lv"):
        untranslated = {word for word in said - SAME_IN_BOTH if gettext(word) == word}

    assert not untranslated


def test_the_policy_allows_only_this_site(seeded, db):
    policy = Client().get(reverse("sign_in")).headers["Content-Security-Policy"]

    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy


def test_a_browser_in_english_still_meets_latvian_first(seeded, db):
    page = Client(headers={"accept-language": "en-US,en;q=0.9"}).get(reverse("sign_in"))

    assert '<html lang="lv"' in text(page)
    assert "Pieslēgties" in text(page)


def test_the_language_switch_comes_back_and_stays(visit):
    head = visit("ilze.piemere")

    switched = head.post(reverse("set_language"), language="en", next=reverse("cases"))

    assert switched.headers["Location"] == reverse("cases")
    assert '<html lang="en"' in text(head.get(reverse("cases")))
    assert "Requests" in text(head.get(reverse("cases")))


def test_the_language_switch_leads_to_no_other_site(visit):
    away = visit("ilze.piemere").post(
        reverse("set_language"), language="en", next="https://elsewhere.example/"
    )

    assert away.headers["Location"] == reverse("home")


def statements(visitor, address):
    visitor.get(address)
    with CaptureQueriesContext(
        connection,
    ) as met:
        assert visitor.get(address).status_code == 200
    return len(met)


def test_lists_need_no_more_statements_for_more_rows(visit, begin):
    head, school = visit("ilze.piemere"), Organisation.objects.get(name="Egļkalnu pamatskola")
    begin()
    once = {name: statements(head, reverse(name)) for name in ("inbox", "cases")}
    for _ in range(5):
        start_case("access_request", user=actor("ilze.piemere"), organisation=school)

    assert {name: statements(head, reverse(name)) for name in once} == once
    assert max(once.values()) <= 20


def test_the_pages_of_a_case_need_a_bounded_number_of_statements(visit, walk):
    walk.to_decision()
    officer, task = visit("karlis.paraugs"), walk.task("decide")

    assert statements(officer, reverse("case", args=[walk.case.public_id])) <= 60
    assert statements(officer, reverse("task", args=[task.public_id])) <= 45
    assert statements(visit("ilze.piemere"), reverse("home")) <= 45


def test_five_wrong_passwords_lock_and_say_so(seeded, db):
    client, address = Client(), reverse("sign_in")
    wrong = {"username": "ilze.piemere", "password": "nepareiza-parole"}

    answers = [client.post(address, wrong) for _ in range(5)]
    right = client.post(address, {**wrong, "password": "paraugs-parole-2026"})

    assert [answer.status_code for answer in answers[:4]] == [422] * 4
    assert answers[-1].status_code == right.status_code == 429
    assert "15 minūtēm" in text(right)


def test_signing_in_leads_where_one_wanted_but_never_to_another_site(seeded, db):
    right = {"username": "ilze.piemere", "password": "paraugs-parole-2026"}
    address = reverse("sign_in")

    inside = Client().post(address, {**right, "next": reverse("cases")})
    outside = Client().post(address, {**right, "next": "//elsewhere.example/"})

    assert inside.headers["Location"] == reverse("cases")
    assert outside.headers["Location"] == reverse("home")


def test_a_changed_password_keeps_this_session_and_refuses_a_short_one(visit):
    head, address = visit("ilze.piemere"), reverse("password")
    old, new = "paraugs-parole-2026", "zilais kalns rīta miglā"

    assert head.post(address, old="nav tā", new=new, again=new).status_code == 422
    assert head.post(address, old=old, new="īsa", again="īsa").status_code == 422
    assert head.post(address, old=old, new=new, again=f"{new}!").status_code == 422
    assert head.post(address, old=old, new=new, again=new).status_code == 302
    assert head.get(reverse("profile")).status_code == 200


def test_a_token_is_shown_once_and_can_be_ended(visit):
    head, address = visit("ilze.piemere"), reverse("tokens")

    made = head.post(address, name="Skolas programma", scopes=["tasks:read"], days="30")
    assert "viis_" in text(made)
    shown = text(head.get(address))
    assert "Skolas programma" in shown
    assert "viis_" not in shown
    token = head.client.get(address).context["tokens"][0]
    head.post(reverse("revoke_token", args=[token.public_id]))
    assert "Skolas programma" not in text(head.get(address))


def test_a_page_that_does_not_exist_and_a_bad_cursor_are_clear_pages(visit):
    head = visit("ilze.piemere")

    assert head.get("/nav-tadas/").status_code == 404
    assert "Šādas lapas nav" in text(head.get("/nav-tadas/"))
    assert head.get(reverse("inbox"), cursor="nekas").status_code == 400


def test_filters_stand_in_the_address_and_the_task_leads_back_to_them(visit, walk):
    head = visit("ilze.piemere")
    here = f"{reverse('inbox')}?queue=mine&q={walk.case.number}"

    assert walk.case.number in text(head.client.get(here))
    page = text(head.get(reverse("task", args=[walk.task("fill_request").public_id])))
    assert f'href="{here.replace("&", "&amp;")}"' in page
