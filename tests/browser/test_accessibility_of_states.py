"""axe finds nothing on pages that only some requests reach: who agrees, refuses, was late or is barred."""

from collections.abc import Mapping

from django.urls import reverse

from accounts.services import grant_role, invite, make_activation_link
from cases.services.cases import withdraw_case
from cases.services.start import start_case
from cases.services.tasks import save_draft
from engine import clock, jobs
from engine.handlers import HandlerContext, handler
from engine.models import Incident
from registries.models import Organisation
from tests.access_request.conftest import CONFIRMED, Walk, actor, newest_token, request
from tests.access_request.conftest import person as named
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_accessibility import check

SCHOOL = "Egļkalnu pamatskola"
TOWN = "Madonas novada pašvaldība"


@handler("tests.browser.broken", runs="job", repeat="by_hand")
def broken(context: HandlerContext) -> Mapping[str, object] | None:
    raise RuntimeError("BROKEN")


def begin(by: str, organisation: str) -> Walk:
    place = Organisation.objects.get(name=organisation)
    return Walk(start_case("access_request", user=actor(by), organisation=place).case)


def everywhere(someone, path=""):
    """At a desk and on a phone."""
    for viewport in (DESK, PHONE):
        someone.page.set_viewport_size(viewport)
        check(someone, path)
    someone.page.set_viewport_size(DESK)


def at(name, walk, element):
    return reverse(name, args=[walk.task(element).public_id])


def test_the_founders_task_and_what_the_officer_sees_of_it(person):
    walk = begin("ilze.piemere", SCHOOL)
    walk.to_decision(kind="change", person=str(named("Ilze Piemēre").public_id), email=None)
    founder, officer, colleague = (
        person("dace.aizvietone"),
        person("karlis.paraugs"),
        person("anna.paraudzina"),
    )

    everywhere(founder, at("task", walk, "countersign"))
    founder.page.get_by_label("Nē", exact=True).check()
    founder.press("Turpināt")
    founder.page.locator(".govuk-error-summary").wait_for()
    everywhere(founder)
    founder.page.get_by_label("Paskaidrojums").fill("Pašvaldība šīs izmaiņas neatbalsta.")
    founder.press("Turpināt")
    founder.page.get_by_role("heading", name="Pārbaudiet atbildes").wait_for()
    everywhere(founder)
    founder.page.locator("main form button[type=submit]").click()
    founder.page.get_by_role("status").filter(has_text=walk.case.number).wait_for()

    decide = at("task", walk, "decide")
    everywhere(officer, decide)
    officer.page.get_by_label("Apmierināt daļēji").check()
    officer.press("Turpināt")
    officer.page.locator(".govuk-error-summary").wait_for()
    everywhere(officer)
    officer.page.get_by_label("Apmierināt", exact=True).check()
    officer.press("Turpināt")
    officer.page.get_by_role("heading", name="Pārbaudiet atbildes").wait_for()
    officer.page.locator("main form button[type=submit]").click()
    officer.page.get_by_text("Dibinātājs nepiekrita").first.wait_for()
    everywhere(officer)

    colleague.go(decide)
    colleague.page.get_by_label("Atteikt", exact=True).check()
    colleague.page.get_by_label("Pamatojums").fill("Dibinātājs nepiekrīt izmaiņām.")
    colleague.press("Turpināt")
    walk.do("decide", "karlis.paraugs", decision="refuse", reasons="Dibinātājs nepiekrīt izmaiņām.")
    everywhere(colleague, decide)
    everywhere(person("ilze.piemere"), reverse("case", args=[walk.case.public_id]))


def test_the_second_officers_task_and_a_task_that_is_barred(person):
    walk = begin("dace.aizvietone", TOWN)
    answers = request(kind="change", person=str(named("Māris Piemērs").public_id), email=None)
    walk.do("fill_request", "dace.aizvietone", **{**answers, "roles": ["municipality_head"]})
    walk.accept()
    walk.do("confirm_request", "dace.aizvietone", **CONFIRMED)
    officer = person("anna.paraudzina")

    everywhere(officer, at("task", walk, "second_review"))
    walk.do("second_review", "anna.paraudzina", agrees="yes")
    everywhere(officer, at("task", walk, "decide"))
    everywhere(officer, at("task_check", walk, "decide"))

    walk.do("decide", "karlis.paraugs", decision="refuse", reasons="Pietiek ar esošo lomu.")


def test_two_versions_of_a_decision_on_revoking(person, newcomer):
    school = Organisation.objects.get(name=SCHOOL)
    user = invite(newcomer, now=clock.now())
    grant_role(
        user, "institution_user", school, valid_until=None, case_number="VIIS-PIE-2026-0000", now=clock.now()
    )
    walk = begin("ilze.piemere", SCHOOL)
    walk.do(
        "fill_request",
        "ilze.piemere",
        kind="revoke",
        person=str(newcomer.public_id),
        reason="Darba attiecības beidzas.",
    )
    officer, task = person("karlis.paraugs"), walk.task("decide_revocation")

    everywhere(officer, reverse("task", args=[task.public_id]))
    save_draft(task.public_id, user=actor("anna.paraudzina"), content={"decision": "refuse"}, version=0)
    officer.page.get_by_label("Atņemt pieeju").check()
    officer.press("Turpināt")
    officer.page.get_by_text("Anna Paraudziņa").first.wait_for()
    everywhere(officer)

    withdraw_case(walk.case.public_id, user=actor("ilze.piemere"))
    everywhere(person("ilze.piemere"), reverse("case", args=[walk.case.public_id]))


def test_links_that_do_not_open_and_a_password_that_is_refused(person, newcomer):
    walk = begin("ilze.piemere", SCHOOL)
    answers = request(person=str(newcomer.public_id), email="jauns@skola.example")
    walk.do("fill_request", "ilze.piemere", **answers)
    link = reverse("link_open", args=[newest_token()])
    visitor = person()

    visitor.go(link)
    visitor.press("Atvērt uzdevumu")
    visitor.page.locator(".govuk-error-summary").wait_for()
    everywhere(visitor)
    for _ in range(5):
        visitor.page.locator("#code").fill("00000")
        visitor.press("Atvērt uzdevumu")
    visitor.page.locator("#code").wait_for(state="detached")
    everywhere(visitor)
    everywhere(visitor, "/saite/nav-tadas/")
    everywhere(person("ilze.piemere"), reverse("case", args=[walk.case.public_id]))
    withdraw_case(walk.case.public_id, user=actor("ilze.piemere"))

    activation = make_activation_link(invite(newcomer, now=clock.now()), now=clock.now())
    everywhere(visitor, reverse("activate", args=[activation.token]))
    visitor.page.locator("main form button[type=submit]").last.click()
    visitor.page.locator(".govuk-error-summary").wait_for()
    everywhere(visitor)
    everywhere(visitor, reverse("activate", args=["nav-tadas"]))


def test_an_incident(person):
    jobs.enqueue("tests.browser.broken", now=clock.now())
    jobs.run_due("browser", until_empty=True)
    administrator = person("una.vadiba")

    everywhere(administrator, "/darbibas/")
    everywhere(administrator, reverse("incident", args=[Incident.objects.get().public_id]))
