"""The access request in Latvian, as the head, the user and the ministry walk it at a desk and on a phone."""

import re

import pytest
from django.core import mail

from engine import jobs
from registries.queries import current_code
from tests.browser.conftest import DESK, PHONE

LINK = re.compile(r"https?://[^/\s]+(/saite/[^\s]+/)")


def newest_link():
    jobs.run_due("browser", until_empty=True)
    return next(found[1] for sent in reversed(mail.outbox) if (found := LINK.search(str(sent.body))))


def begin_request(head, newcomer):
    head.go("/jauns/")
    head.press("Aizpildīt iesniegumu")
    page = head.page
    page.get_by_label("Piešķirt pieeju").check()
    page.get_by_label("Kam?").select_option(str(newcomer.public_id))
    page.get_by_label("Lietotāja e-pasts").fill("jauna.adrese@skola.example")
    page.get_by_label("Iestādes lietotājs").check()
    page.get_by_label("Pamatojums").fill("Ievada izglītojamo datus un sagatavo tarifikāciju")


def send(someone, button):
    someone.press("Turpināt")
    someone.page.get_by_role("heading", name="Pārbaudiet atbildes").wait_for()
    someone.press(button)


def sign(someone):
    someone.page.get_by_label("Elektroniski").check()
    someone.press("Parakstīt ar demonstrācijas atslēgu")
    someone.page.locator("#answers").get_by_text("Paraksts ir derīgs").wait_for()


def accept(user, newcomer):
    user.go(newest_link())
    user.page.get_by_label("Jūsu personas koda pēdējās piecas zīmes").fill(current_code(newcomer)[-5:])
    user.press("Atvērt uzdevumu")
    for box in user.page.get_by_role("checkbox").all():
        box.check()
    sign(user)
    user.press("Turpināt")
    user.page.get_by_role("heading", name="Pārbaudiet atbildes").wait_for()
    user.page.locator("main form button[type=submit]").click()
    user.page.get_by_role("heading", name="Jūsu atbildes ir nosūtītas").wait_for()


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_head_user_and_ministry_walk_the_request(person, newcomer, viewport):
    head, user = person("ilze.piemere", viewport), person(viewport=viewport)
    begin_request(head, newcomer)
    head.page.get_by_text("Melnraksts saglabāts").wait_for()
    send(head, "Sūtīt iesniegumu")
    head.page.get_by_role("heading", name="Jūsu atbildes ir nosūtītas").wait_for()
    number = head.page.locator(".app-done b").inner_text()

    accept(user, newcomer)

    head.go("/")
    head.page.get_by_role("button", name=f"Apstiprināt iesniegumu, {number}").click()
    sign(head)
    head.page.get_by_label("Apliecinu").check()
    head.press("Turpināt")
    head.page.locator("main form button[type=submit]").click()
    head.page.get_by_role("heading", name="Jūsu atbildes ir nosūtītas").wait_for()

    officer = person("karlis.paraugs", viewport)
    officer.go(f"/darbs/?q={number}")
    officer.page.get_by_role("link", name="Lemt par pieeju").click()
    officer.page.get_by_label("Apmierināt", exact=True).check()
    send(officer, "Pieņemt lēmumu")
    officer.page.get_by_role("status").filter(has_text=number).wait_for()
    jobs.run_due("browser", until_empty=True)

    head.go("/lietas/")
    head.page.locator("tr", has_text=number).get_by_role("link").click()
    head.page.locator("[data-diagram][data-ready]").wait_for()
    assert head.page.locator(".app-diagram .is-done").count() > 5
    assert head.page.locator(".app-token").count() == 0
    assert not head.is_wider_than_screen()
    with head.page.expect_download() as download:
        head.page.locator(".app-file__paper > a").first.click()
    assert download.value.suggested_filename.endswith(".pdf")


def test_the_form_is_filled_with_the_keyboard_alone(person):
    head = person("ilze.piemere")
    head.go("/jauns/")
    keyboard = head.page.keyboard
    head.page.get_by_role("main").get_by_role("button", name="Aizpildīt iesniegumu").focus()
    keyboard.press("Enter")
    head.page.locator("#id_kind").focus()
    keyboard.press("Space")
    keyboard.press("Tab")
    keyboard.type("Jānis Par")
    keyboard.press("Tab")
    assert head.page.get_by_label("Lietotāja e-pasts").evaluate("box => box === document.activeElement")
    head.page.get_by_label("Iestādes lietotājs").focus()
    keyboard.press("Space")
    head.page.get_by_label("Pamatojums").focus()
    keyboard.type("Ievada datus savai klasei un grupai")
    keyboard.press("Tab")
    keyboard.press("Enter")

    head.page.get_by_role("heading", name="Pārbaudiet atbildes").wait_for()
    assert "Jānis Paraugs" in head.page.get_by_role("main").inner_text()


def test_an_error_takes_the_focus_and_leads_to_its_field(person):
    head = person("ilze.piemere")
    head.go("/jauns/")
    head.press("Aizpildīt iesniegumu")
    head.press("Turpināt")

    summary = head.page.locator(".govuk-error-summary")
    summary.wait_for()
    assert head.page.title().startswith("Kļūda:")
    assert summary.evaluate("box => box === document.activeElement")
    summary.get_by_role("link", name="Ierakstiet pamatojumu.").click()
    assert head.page.get_by_label("Pamatojums").evaluate("box => box === document.activeElement")


def test_a_question_appears_only_while_it_applies(person):
    head = person("ilze.piemere")
    head.go("/jauns/")
    head.press("Aizpildīt iesniegumu")
    given_name = head.page.get_by_label("Vārds", exact=True)

    assert not given_name.is_visible()
    head.page.get_by_label("Kam?").select_option("declared")
    assert given_name.is_visible()
    head.page.get_by_label("Kam?").select_option(label="Jānis Paraugs, Skolotājs")
    assert not given_name.is_visible()


def test_without_scripts_the_same_form_can_be_sent(person, newcomer):
    head = person("ilze.piemere", scripts=False)
    begin_request(head, newcomer)
    send(head, "Sūtīt iesniegumu")

    head.page.get_by_role("heading", name="Jūsu atbildes ir nosūtītas").wait_for()
