"""The demo's cases get stuck for a reason, are mended, and go over to the second version; nowhere else."""

import pytest
from django.urls import reverse

from cases.errors import NotFound
from cases.models import Case
from cases.services.demonstration import calendar_answers, let_calendar_answer
from cases.services.incidents import retry_incident
from engine import catalog, jobs
from engine.models import Incident, ProcessInstance
from tests.access_request.conftest import actor
from tests.plugins.scenarios import walk_all
from tests.web.conftest import text

PAGE = "/izmeginajumi/"
UNA = "una.vadiba"


def run() -> None:
    jobs.run_due("test", until_empty=True)


def test_the_scenarios_of_the_sample_take_every_flow(practice) -> None:
    assert walk_all(practice / "sample_event").missing() == []


def test_sample_cases_get_stuck_at_the_yard_and_nowhere_else(practice, visit) -> None:
    page = visit(UNA).follow(PAGE, act="start")
    run()

    assert "Sākts: VIIS-PAS-" in text(page)
    incidents = Incident.objects.filter(resolved_at=None)
    assert sorted(incident.detail.partition(" ")[0] for incident in incidents) == ["PlaceUnknown"] * 2
    assert {incident.attempts for incident in incidents} == {1}
    assert Case.objects.filter(process_key="sample_event", outcome="").count() == 3


def test_while_the_calendar_is_away_trying_again_does_not_help_and_then_it_does(practice, visit) -> None:
    una = visit(UNA)
    una.post(PAGE, act="silence")
    una.post(PAGE, act="start")
    run()
    library = Incident.objects.latest("pk")

    assert "Kalendārs neatbild" in text(una.get(PAGE))
    assert Incident.objects.filter(resolved_at=None).count() == 3
    assert not retry_incident(library.public_id, user=actor(UNA)).passed
    una.post(PAGE, act="answer")
    assert retry_incident(library.public_id, user=actor(UNA)).passed


def test_the_second_version_waits_for_cases_to_be_moved(practice, visit) -> None:
    una = visit(UNA)
    una.post(PAGE, act="start")

    page = una.follow(PAGE, act="deploy")

    assert "Tagad spēkā ir parauga procesa versija 2." in text(page)
    assert catalog.current("sample_event").version == 2
    versions = ProcessInstance.objects.filter(definition__key="sample_event")
    assert set(versions.values_list("definition__version", flat=True)) == {1}


def test_pages_tell_apart_what_is_open_many_times_in_a_called_process(practice, visit) -> None:
    una, head, zane = visit(UNA), visit("ilze.piemere"), visit("zane.varbute")
    una.post(PAGE, act="start")
    run()
    case = Case.objects.filter(process_key="sample_event").latest("pk")

    repair = text(una.get(reverse("case_repair", args=[case.public_id])))
    status = text(head.get(reverse("case_status", args=[case.public_id])))

    assert "<b>Sagatavot telpu – Sagatavot telpas nr. 1 (zale)</b>" in repair
    assert "<b>Sagatavot telpu – Sagatavot telpas nr. 2 (biblioteka)</b>" in repair
    assert '<li class="is-now" aria-current="step"><b>Telpas</b>' in status
    assert [case.number in text(head.get(reverse("cases"), q=q)) for q in ("pas", "PAS-20", "KON")] == [
        True,
        True,
        False,
    ]

    una.post(reverse("case_rest", args=[case.public_id]), reason="Sūdzība")
    task = case.instance.tasks.filter(status="open").first()
    assert "Lieta ir apturēta" in text(zane.get(reverse("task", args=[task.public_id])))
    una.post(reverse("process_rest", args=["sample_event"]), reason="Kļūda", running="")
    assert "jaunas lietas sākt nevar" in text(head.get(reverse("new_case")))


@pytest.mark.parametrize(("setting", "value"), [("DEMO", False), ("DEMONSTRATION_PROCESSES_DIR", None)])
def test_outside_the_demo_there_is_no_such_page(practice, visit, settings, setting, value) -> None:
    setattr(settings, setting, value)
    una = visit(UNA)

    assert una.get(PAGE).status_code == 404
    assert [una.post(PAGE, act=act).status_code for act in ("start", "silence", "deploy")] == [404] * 3
    assert Case.objects.count() == 0
    assert catalog.current("sample_event").version == 1
    assert calendar_answers()


def test_nobody_silences_the_calendar_outside_the_demo(practice, settings) -> None:
    settings.DEMO = False

    with pytest.raises(NotFound):
        let_calendar_answer(False)
    assert calendar_answers()


def test_production_has_no_processes_to_practise_on() -> None:
    from config.settings import base

    assert base.DEMONSTRATION_PROCESSES_DIR is None
    assert "DEMONSTRATION" not in (base.BASE_DIR / "config/settings/production.py").read_text()


def test_the_buttons_name_nothing_else(practice, visit) -> None:
    assert visit(UNA).post(PAGE, act="other").status_code == 404
    assert reverse("demo_practice") == PAGE
