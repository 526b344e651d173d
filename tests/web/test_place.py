"""The list one came from: it stands in the address, one returns to the same row, and the next is offered."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from cases.models import AuditEntry, DefaultView, SavedView
from tests.web.conftest import text
from tests.web.test_many import REFUSE, waiting

__all__ = ["waiting"]


def address_of(page, walk):
    """The address of the decision's row in the list."""
    task = walk.task("decide").public_id
    found = re.search(rf'href="(/uzdevumi/{task}/[^"]*)"', page)
    assert found is not None
    return found[1].replace("&amp;", "&")


def decide(officer, address):
    """Through the form and the check page, as a person does; where it ends."""
    typed = officer.post(address, draft_version=0, action="continue", **REFUSE)
    check = typed.headers["Location"]
    page = text(officer.get(check))
    return officer.post(check, **{name: values[0] for name, values in hidden_of(page).items()})


def hidden_of(page):
    form = re.search(r'<form method="post" data-once>.*?</form>', page, re.DOTALL)
    assert form is not None
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[0]):
        found.setdefault(name, []).append(value)
    return found


def test_a_task_remembers_its_list_through_every_page_and_comes_back_to_the_next_row(visit, waiting):
    first, second = waiting
    officer = visit("karlis.paraugs")
    here = f"{reverse('inbox')}?queue=group&process=access_request"
    address = address_of(text(officer.get(here)), first)
    assert parse_qs(urlsplit(address).query)["list"] == ["queue=group&process=access_request"]
    officer.get(reverse("inbox"))  # another window: what the session remembers is not what counts
    page = text(officer.get(address))
    back = f"{here}&row={first.task('decide').public_id}#t-{first.task('decide').public_id}"
    assert f'href="{back.replace("&", "&amp;")}"' in page

    done, row = first.task("decide").public_id, second.task("decide").public_id
    ended = decide(officer, address)

    assert ended.headers["Location"] == f"{here}&done={done}&row={row}#t-{row}"
    page = text(officer.get(ended.headers["Location"]))
    assert "Paveikts: Lemt par pieeju" in page
    assert "Nākamais šajā sarakstā:" in page
    assert "Šajā sarakstā vēl ir 1 uzdevums." in page
    assert 'class=" is-here"' in page
    assert re.search(rf'data-key="n"><b>Lemt par pieeju</b>, {second.case.number}', page)


def test_after_the_last_task_nothing_is_left(visit, waiting):
    officer = visit("karlis.paraugs")
    here = f"{reverse('inbox')}?queue=group"
    for walk in waiting:
        ended = decide(officer, address_of(text(officer.get(here)), walk))

    page = text(officer.get(ended.headers["Location"]))

    assert "Šajā sarakstā vairs nekā nav." in page
    assert "data-key" not in page.partition("<main")[2]


def test_a_list_in_an_address_leads_to_no_other_place(visit, waiting):
    officer = visit("karlis.paraugs")
    task = waiting[0].task("decide").public_id

    asked = {"list": "queue=mine&next=https://elsewhere.example&cursor="}
    page = text(officer.get(reverse("task", args=[task]), **asked))
    back = re.search(r'class="govuk-back-link" href="([^"]*)"', page)

    assert back is not None
    assert back[1] == f"{reverse('inbox')}?queue=mine&amp;row={task}#t-{task}"


def test_a_page_of_the_list_whose_tasks_were_all_done_shows_what_is_left(visit, waiting):
    officer = visit("karlis.paraugs")
    last = waiting[1].task("decide")
    from cases.queries.cursors import Cursor

    answer = officer.get(reverse("inbox"), queue="group", cursor=Cursor(last.due_at, last.pk).encoded())

    assert answer.headers["Location"] == f"{reverse('inbox')}?queue=group"


def test_taking_a_task_over_from_the_list_comes_back_to_its_row(visit, waiting):
    officer = visit("karlis.paraugs")
    page = text(officer.get(reverse("inbox"), queue="group"))
    claim = re.search(r'data-claim="([^"]+)"', page)
    assert claim is not None
    address = claim[1].replace("&amp;", "&")

    answer = officer.post(address, back="list")

    row = re.search(r"/uzdevumi/([0-9a-f-]+)/", address)
    assert row is not None
    assert answer.headers["Location"] == f"{reverse('inbox')}?queue=group&row={row[1]}#t-{row[1]}"


def save(officer, name, whose="own", **query):
    return officer.post(reverse("saved_views"), name=name, whose=whose, **query)


def test_a_view_is_saved_named_ordered_opened_first_and_deleted(visit, waiting):
    officer = visit("karlis.paraugs")
    assert save(officer, "Nokavētie", queue="all", due="overdue").status_code == 302
    answer = save(officer, "  Vēl   nepārņemtie ", queue="group", cursor="x")
    second = SavedView.objects.get(name="Vēl nepārņemtie")
    assert second.query == "queue=group"
    assert answer.headers["Location"] == f"{reverse('inbox')}?queue=group&view={second.public_id}"
    page = text(officer.get(answer.headers["Location"]))
    assert re.search(r'aria-current="page"><span>Vēl nepārņemtie', page)

    officer.post(reverse("saved_view", args=[second.public_id]), act="up")
    officer.post(reverse("saved_view", args=[second.public_id]), act="first")
    officer.post(reverse("saved_view", args=[second.public_id]), act="rename", name="Brīvie")

    assert list(SavedView.objects.order_by("position").values_list("name", flat=True)) == [
        "Brīvie",
        "Nokavētie",
    ]
    assert officer.get(reverse("inbox")).headers["Location"] == answer.headers["Location"]
    counts = text(officer.get(reverse("saved_view_counts"), view=str(second.public_id)))
    assert re.findall(r'app-num">(\d+)<', counts) == ["2", "0"]
    officer.post(reverse("saved_view", args=[second.public_id]), act="delete")
    assert DefaultView.objects.count() == 0
    assert officer.get(reverse("inbox")).status_code == 200
    assert AuditEntry.objects.filter(action__startswith="view.").count() == 6


def test_a_view_of_the_team_is_everybodys_in_it_and_nobody_elses(visit, waiting):
    officer, colleague, founder = (
        visit("karlis.paraugs"),
        visit("anna.paraudzina"),
        visit("dace.aizvietone"),
    )
    group = waiting[0].task("decide").group
    save(officer, "Komandas", whose=group, queue="group")
    view = SavedView.objects.get()
    assert (view.user, view.group) == (None, group)

    assert "Komandas" in text(colleague.get(reverse("inbox")))
    assert "Komandas" not in text(founder.get(reverse("inbox")))
    assert founder.post(reverse("saved_view", args=[view.public_id]), act="delete").status_code == 404
    assert save(founder, "Svešie", whose=group, queue="group").status_code == 403
    assert SavedView.objects.count() == 1


@pytest.mark.parametrize(("name", "says"), [("", "Ierakstiet skata nosaukumu."), ("brīvie", "jau ir")])
def test_a_view_needs_a_name_of_its_own(visit, waiting, name, says):
    officer = visit("karlis.paraugs")
    save(officer, "Brīvie", queue="group")

    answer = save(officer, name, queue="mine")

    assert answer.status_code == 422
    assert says in text(answer)
    assert SavedView.objects.count() == 1


def test_the_keys_can_be_switched_off(visit, waiting):
    officer = visit("karlis.paraugs")
    assert "static/keys.js" in text(officer.get(reverse("inbox")))

    officer.post(reverse("keyboard"), keyboard="off")

    page = text(officer.get(reverse("inbox")))
    assert "keys.js" not in page
    assert "<dialog" not in page
    officer.post(reverse("keyboard"), keyboard="on")
    assert "static/keys.js" in text(officer.get(reverse("inbox")))
