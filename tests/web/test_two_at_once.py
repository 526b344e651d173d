"""Two people, or two windows, at one task: who has it is said, and what was typed is never lost."""

import re

import pytest
from django.urls import reverse

from cases.models import Draft
from cases.services.tasks import claim_task
from engine.models import Task
from tests.access_request.conftest import actor
from tests.web.conftest import text
from tests.web.test_request_without_scripts import at, version_of

REFUSAL = {"decision": "refuse", "reasons": "Nav pamatojuma tik plašai lomai."}


@pytest.fixture
def decide(walk) -> Task:
    """The decision, taken by one officer and then taken over by another."""
    task = walk.to_decision().task("decide")
    claim_task(task.public_id, user=actor("karlis.paraugs"))
    claim_task(task.public_id, user=actor("anna.paraudzina"), take_over=True)
    return walk.task("decide")


def hidden(page):
    """What the forms of a page carry along, by name."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))


def test_sending_after_a_colleague_took_over_says_who_and_shows_what_was_typed(visit, decide):
    refused = visit("karlis.paraugs").post(at("task", decide), draft_version="0", **REFUSAL)
    page = text(refused)

    assert refused.status_code == 403
    assert "Šo uzdevumu tagad kārto Anna Paraudziņa</h1>" in page
    assert "plkst." in page
    assert "Nav pamatojuma tik plašai lomai." in page
    assert "Pārņemt un turpināt" in page
    assert not Draft.objects.exists()


def test_taking_it_back_goes_on_with_what_was_typed(visit, walk, decide):
    officer = visit("karlis.paraugs")
    page = text(officer.post(at("task", decide), draft_version="0", **REFUSAL))

    back = officer.post(at("task", decide), **hidden(page))

    assert back.headers["Location"] == at("task_check", decide)
    assert Draft.objects.get(task=decide).content == REFUSAL
    assert walk.task("decide").assignee == "karlis.paraugs"


def test_taking_it_back_never_overwrites_what_the_colleague_wrote(visit, decide):
    officer, colleague = visit("karlis.paraugs"), visit("anna.paraudzina")
    page = text(officer.post(at("task", decide), draft_version="0", **REFUSAL))
    colleague.post(at("task_draft", decide), draft_version="0", decision="grant")

    both = officer.post(at("task", decide), **hidden(page))

    assert both.status_code == 409
    assert "Anna Paraudziņa" in text(both)
    assert "Apmierināt" in text(both)
    assert Draft.objects.get(task=decide).content == {"decision": "grant"}


def test_the_draft_that_saves_itself_says_who_has_the_task(visit, decide):
    answer = visit("karlis.paraugs").post(at("task_draft", decide), draft_version="0", **REFUSAL)

    assert answer.status_code == 403
    assert "kārto Anna Paraudziņa." in text(answer)
    assert "netiek saglabāts" in text(answer)
    assert not Draft.objects.exists()


def test_sending_from_the_check_page_is_refused_with_the_colleagues_name(visit, walk):
    task, officer = walk.to_decision().task("decide"), visit("karlis.paraugs")
    officer.post(at("task", task), draft_version="0", **REFUSAL)
    claim_task(task.public_id, user=actor("anna.paraudzina"))

    shown = officer.get(at("task_check", task))
    sent = officer.post(at("task_check", task), draft_version="1", idempotency_key="k")

    for answer in (shown, sent):
        assert answer.status_code == 403
        assert "Anna Paraudziņa" in text(answer)
        assert "Nav pamatojuma tik plašai lomai." in text(answer)
        assert reverse("task_claim", args=[task.public_id]) in text(answer)
    assert walk.task("decide").status == "open"


def test_comments_on_the_answers_survive_that_a_colleague_took_over(visit, walk, decide):
    officer, words = visit("karlis.paraugs"), "Lūdzu, precizējiet pienākumus."

    refused = officer.post(at("task_return", decide), **{"comment-reason": words, "idempotency_key": "r"})
    back = officer.post(at("task_return", decide), **hidden(text(refused)))

    assert refused.status_code == 403
    assert words in text(refused)
    assert back.status_code == 200
    assert f"{words}</textarea>" in text(back)
    assert walk.open == ["decide"]


def test_a_task_that_a_colleague_completed_still_shows_what_was_typed(visit, walk):
    task = walk.to_decision().task("decide")
    walk.do("decide", "anna.paraudzina", decision="grant")

    late = visit("karlis.paraugs").post(at("task", task), draft_version="0", **REFUSAL)

    assert late.status_code == 409
    assert "Anna Paraudziņa to paveica" in text(late)
    assert "Nav pamatojuma tik plašai lomai." in text(late)


def test_ones_own_second_window_is_called_so_and_each_answer_can_be_chosen(visit, walk):
    head, task = visit("ilze.piemere"), walk.task("fill_request")
    saved = {"kind": "grant", "reason": "Ievada izglītojamo datus", "roles": ["institution_user"]}
    head.post(at("task_draft", task), draft_version="0", **saved)

    both = head.post(
        at("task", task),
        draft_version="0",
        kind="change",
        reason="Sagatavo tarifikāciju",
        roles=["institution_user"],
        action="later",
    )
    page = text(both)

    assert both.status_code == 409
    assert "citā logā vai ierīcē" in page
    assert "Ilze Piemēre saglabāja" not in page
    assert page.count("<fieldset") == 2
    assert Draft.objects.get(task=task).content == saved
    choice = {"keep-kind": "saved", "keep-reason": "typed", "action": "later"}
    kept = head.post(at("task", task), **hidden(page), **choice)
    assert kept.status_code == 302
    assert Draft.objects.get(task=task).content == {**saved, "reason": "Sagatavo tarifikāciju"}


def test_where_only_the_version_differs_there_is_nothing_to_choose(visit, walk):
    task = walk.to_decision().task("decide")
    visit("karlis.paraugs").post(at("task_draft", task), draft_version="0", **REFUSAL)

    same = visit("anna.paraudzina").post(at("task", task), draft_version="0", **REFUSAL)

    assert same.headers["Location"] == at("task_check", task)
    assert version_of(task) == "2"


def test_a_draft_that_changed_while_it_was_checked_is_shown_before_it_is_sent(visit, walk):
    task, officer = walk.to_decision().task("decide"), visit("karlis.paraugs")
    officer.post(at("task", task), draft_version="0", **REFUSAL)
    changed = {**REFUSAL, "reasons": "Loma neatbilst amatam."}
    visit("anna.paraudzina").post(at("task_draft", task), draft_version="1", **changed)

    sent = officer.post(at("task_check", task), draft_version="1", idempotency_key="k")
    again = officer.post(at("task_check", task), draft_version="2", idempotency_key="l")

    assert sent.status_code == 409
    assert "Anna Paraudziņa šodien" in text(sent)
    assert "Loma neatbilst amatam." in text(sent)
    assert 'name="draft_version" value="2"' in text(sent)
    assert again.status_code == 302
