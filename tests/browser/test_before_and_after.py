"""What an officer sees of a correction, and what the applicant sees before sending it."""

from django.urls import reverse

from accounts.seed import FIRST_SCHOOL
from cases.services.tasks import complete_task, save_draft
from engine import jobs
from tests.access_request.conftest import actor
from tests.browser.test_accessibility_of_states import begin
from tests.browser.test_many import NEWCOMERS, seen


def test_a_correction_is_shown_side_by_side(person):
    walk = begin("ilze.piemere", FIRST_SCHOOL)
    walk.to_decision(**next(NEWCOMERS))
    words = {"reason": "Vai tikai savai klasei? Lūdzu, precizējiet.", "roles": "Vai ar šo lomu pietiek?"}
    walk.give_back("decide", "karlis.paraugs", **words)
    correct = walk.task("correct").public_id
    reason = "Ievada skolēnu datus visām sākumskolas klasēm."
    answers = {"reason": reason, "roles": ["institution_user"]}
    save_draft(correct, user=actor("ilze.piemere"), content=answers, version=0)

    head = person("ilze.piemere")
    head.go(reverse("task_check", args=[correct]))
    head.page.get_by_role("heading", name="Pārbaudiet atbildes").wait_for()
    head.page.get_by_text("Vai tikai savai klasei?").wait_for()
    seen(head, "correction-check")
    complete_task(correct, user=actor("ilze.piemere"), answers=answers)
    jobs.run_due("test", until_empty=True)
    walk.confirm()
    officer = person("karlis.paraugs")
    officer.go(reverse("task", args=[walk.task("decide").public_id]))

    officer.page.get_by_role("heading", name="Kas mainīts, kopš lieta atdota labošanai").wait_for()
    seen(officer, "changes")
