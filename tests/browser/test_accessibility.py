"""axe finds nothing on the way of a request, refused forms included, at a desk and on a phone."""

import pytest

from engine import jobs
from engine.models import Task
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_access_request import accept, begin_request, newest_link, sign

VIEWPORTS = pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])


def check(someone, path=""):
    if path:
        someone.go(path)
    assert someone.violations() == [], someone.page.url
    assert not someone.is_wider_than_screen(), someone.page.url


@VIEWPORTS
def test_what_is_not_there_and_a_refused_sign_in(person, viewport):
    anybody = person(viewport=viewport)
    check(anybody, "/nav-tadas/")
    anybody.go("/pieslegties/")
    anybody.press("Pieslēgties")
    check(anybody)


@VIEWPORTS
def test_pages_of_a_request(person, newcomer, viewport):
    head, user, officer = (
        person("ilze.piemere", viewport),
        person(viewport=viewport),
        person("karlis.paraugs", viewport),
    )
    begin_request(head, newcomer)
    check(head)
    head.page.get_by_label("Pamatojums").fill("")
    head.press("Turpināt")
    head.page.locator(".govuk-error-summary").wait_for()
    check(head)
    head.page.get_by_label("Pamatojums").fill("Ievada datus savai klasei un grupai")
    head.press("Turpināt")
    head.page.get_by_role("heading", name="Pārbaudiet atbildes").wait_for()
    check(head)
    head.press("Sūtīt iesniegumu")
    head.page.get_by_role("heading", name="Jūsu atbildes ir nosūtītas").wait_for()
    check(head)
    number = head.page.locator(".app-done b").inner_text()

    user.go(newest_link())
    check(user)
    user.page.get_by_label("Jūsu personas koda pēdējās piecas zīmes").fill("00000")
    user.press("Atvērt uzdevumu")
    check(user)
    accept(user, newcomer)
    check(user)
    check(head, "/")

    _confirm(head, number)
    _return(officer, number)
    task = Task.objects.get(instance__business_key=number, element="correct", status="open")
    check(head, f"/uzdevumi/{task.public_id}/")
    head.go("/lietas/")
    head.page.locator("tr", has_text=number).get_by_role("link").click()
    head.page.locator("[data-diagram][data-ready]").wait_for()
    check(head)
    address = head.page.url.removeprefix(head.site)
    check(head, f"{address}dokumenti/")
    check(head, f"{address}atsaukt/")


def _confirm(head, number):
    head.go("/")
    head.page.get_by_role("button", name=f"Apstiprināt iesniegumu, {number}").click()
    check(head)
    sign(head)
    check(head)
    head.page.get_by_label("Apliecinu").check()
    head.press("Turpināt")
    head.page.locator("main form button[type=submit]").click()
    head.page.get_by_role("heading", name="Jūsu atbildes ir nosūtītas").wait_for()
    jobs.run_due("browser", until_empty=True)


def _return(officer, number):
    officer.go(f"/darbs/?q={number}")
    officer.page.get_by_role("link", name="Lemt par pieeju").click()
    check(officer)
    officer.page.get_by_label("Atdot labošanai").check()
    officer.press("Turpināt")
    officer.page.get_by_role("heading", name="Atdot labošanai").wait_for()
    check(officer)
    officer.page.locator("#comment-reason").fill("Lūdzu, precizējiet pienākumus.")
    officer.press("Atdot labošanai")
    officer.page.get_by_role("status").filter(has_text=number).wait_for()
