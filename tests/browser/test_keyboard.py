"""An officer's morning without a mouse: through the list, into a task and back to the same row."""

from urllib.parse import parse_qs, urlsplit

from django.urls import reverse

from cases.services.views import save_view
from engine.models import Task
from tests.access_request.conftest import actor
from tests.browser.test_many import seen, waiting


def focused_row(page):
    """The id of the row in which the focus is."""
    return page.evaluate("document.activeElement.closest('tr')?.id ?? ''")


def wait_for_row(page, task):
    """Until the focus is in the row of this task."""
    page.wait_for_function("id => document.activeElement.closest('tr')?.id === id", arg=f"t-{task}")


def asked(page):
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def free_tasks():
    rows = Task.objects.filter(status="open", assignee="", element="decide").order_by("due_at", "id")
    return [str(task.public_id) for task in rows]


def test_an_officer_works_through_the_list_by_keys(person):
    waiting(3)
    save_view(user=actor("karlis.paraugs"), name="Vēl nepārņemtie", query="queue=group")
    officer = person("karlis.paraugs")
    page = officer.page
    officer.go(f"{reverse('inbox')}?queue=group")
    free = free_tasks()

    page.keyboard.press("j")
    page.keyboard.press("j")
    assert focused_row(page) == f"t-{free[1]}"
    page.keyboard.press("k")
    page.keyboard.press("x")
    assert page.locator('input[name="task"]').first.is_checked()
    assert asked(page) == {"queue": "group", "row": free[0]}
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("jx?n")
    assert page.locator("#q").input_value() == "jx?n"
    page.locator("#q").fill("")
    page.locator(f"#t-{free[1]} a.app-title").focus()

    page.keyboard.press("?")
    assert page.get_by_role("dialog", name="Taustiņi").is_visible()
    seen(officer, "keys")
    page.keyboard.press("j")
    page.keyboard.press("Escape")
    assert not page.locator("#keys").is_visible()
    assert focused_row(page) == f"t-{free[1]}"
    page.locator(".app-queues .app-num").last.wait_for()
    seen(officer, "list")

    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Lemt par pieeju").wait_for()
    page.go_back()
    page.get_by_role("heading", name="Mans darbs").wait_for()
    assert asked(page)["row"] == free[1]
    wait_for_row(page, free[1])
    page.keyboard.press("c")
    page.get_by_text("Uzdevums tagad ir jūsu.").wait_for()
    assert Task.objects.get(public_id=free[1]).assignee == "karlis.paraugs"


def test_after_a_decision_the_next_one_is_a_key_away(person):
    waiting(3)
    officer = person("karlis.paraugs")
    page = officer.page
    officer.go(f"{reverse('inbox')}?queue=group")
    free = free_tasks()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.get_by_label("Atteikt").check()
    page.get_by_label("Pamatojums").fill("Nav pamata, jo lietotājs tur nestrādā.")
    officer.press("Turpināt")
    officer.press("Pieņemt lēmumu")
    page.get_by_text("Nākamais šajā sarakstā:").wait_for()

    assert asked(page) == {"queue": "group", "done": free[0], "row": free[1]}
    wait_for_row(page, free[1])
    seen(officer, "offer")
    page.keyboard.press("n")
    page.get_by_role("heading", name="Lemt par pieeju").wait_for()
    assert free[1] in page.url
    assert asked(page)["list"] == "queue=group"


def test_switched_off_the_keys_do_nothing(person):
    waiting(1)
    founder = person("anna.paraudzina")
    founder.go(reverse("profile"))
    founder.press("Izslēgt taustiņus")
    founder.go(reverse("inbox"))

    founder.page.keyboard.press("j")
    founder.page.keyboard.press("?")

    assert focused_row(founder.page) == ""
    assert founder.page.locator("#keys").count() == 0
    founder.go(reverse("profile"))
    founder.press("Ieslēgt taustiņus")
    founder.page.get_by_text("Taustiņi tagad darbojas.").wait_for()


def test_without_scripts_the_list_comes_back_to_the_row(person):
    waiting(2)
    officer = person("karlis.paraugs", scripts=False)
    officer.go(f"{reverse('inbox')}?queue=group")
    free = free_tasks()

    officer.page.locator(f"#t-{free[1]} a.app-title").click()
    officer.page.get_by_role("link", name="Atpakaļ uz sarakstu").click()

    assert officer.page.url.endswith(f"?queue=group&row={free[1]}#t-{free[1]}")
    assert "is-here" in officer.page.locator(f"#t-{free[1]}").get_attribute("class")
