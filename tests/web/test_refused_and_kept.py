"""Whatever refuses a form, what was typed stays on the page with its reason."""

from django.test import Client

from accounts.models import User
from cases.models import Draft
from registries.models import Employment
from tests.web.conftest import BACKEND, text
from tests.web.test_request_without_scripts import answers, at


def test_a_draft_that_is_too_large_stays_in_the_form(visit, walk):
    task, long = walk.task("fill_request"), "Garš pamatojums. " * 12_000

    refused = visit("ilze.piemere").post(at("task", task), draft_version="0", reason=long)

    assert refused.status_code == 422
    assert "Melnraksts ir par lielu." in text(refused)
    assert long.strip() in text(refused)
    assert not Draft.objects.exists()


def test_a_rule_of_the_registers_refuses_on_the_check_page_with_the_answers(visit, walk):
    head, task = visit("ilze.piemere"), walk.task("fill_request")
    head.post(at("task", task), draft_version="0", **answers())
    Employment.objects.filter(person__user__username="ilze.piemere").update(is_head=False)

    refused = head.post(at("task_check", task), draft_version="1", idempotency_key="k")

    assert refused.status_code == 409
    assert '<h2 class="govuk-error-summary__title">Tas netika nosūtīts</h2>' in text(refused)
    assert "Reģistrā jūs neesat norādīts kā šīs iestādes vadītājs." in text(refused)
    assert "Ievada izglītojamo datus un sagatavo tarifikāciju" in text(refused)
    assert Draft.objects.get(task=task).version == 1


def test_a_form_that_was_open_for_too_long_shows_what_was_typed_to_copy(visit, walk):
    task = walk.task("fill_request")
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get(username="ilze.piemere"), backend=BACKEND)

    refused = client.post(
        at("task", task), {"reason": "Sagatavo tarifikāciju", "csrfmiddlewaretoken": "x" * 64}
    )

    assert refused.status_code == 403
    assert "Sagatavo tarifikāciju" in text(refused)
    assert "nokopējiet, kas jums vēl vajadzīgs" in text(refused)
    assert f'href="{at("task", task)}"' in text(refused)
    assert not Draft.objects.exists()


def test_an_autosave_after_the_session_ended_says_so_inside_the_form(walk):
    answer = Client().post(at("task_draft", walk.task("fill_request")), {"draft_version": "3", "reason": "A"})

    assert answer.status_code == 401
    assert "Jūsu sesija ir beigusies." in text(answer)
    assert 'name="draft_version" value="3"' in text(answer)
    assert "<html" not in text(answer)
