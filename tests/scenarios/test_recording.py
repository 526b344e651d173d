"""Recording a real case: who may, what is kept of it, and what cannot be recorded."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.scope import scope_of
from cases.errors import NotAllowed, NotFound
from cases.models import Answer, AuditEntry, Case
from cases.recording import NotRecordable, recorded_scenario, recording_of, walk
from cases.recording.walking import WalkFailed
from cases.services.cases import withdraw_case
from cases.services.start import start_case
from engine import catalog, clock
from engine.models import Completion
from registries.models import Organisation
from tests.engine import diagrams as d
from tests.plugins.scenario_walks import Scenario, _user, scenarios_of
from tests.plugins.scenario_walks import walk as walk_for_real
from tests.scenarios.recorded import assert_nothing_of_anybody, assert_recorded_walks_alike, pasted

pytestmark = pytest.mark.django_db


@pytest.fixture
def directory(seeded, settings) -> Path:
    catalog.deploy_all(Path(settings.PROCESSES_DIR))
    return Path(settings.PROCESSES_DIR)


@pytest.fixture
def case(directory) -> Case:
    """A request about a declared person that was decided."""
    (found,) = [one for one in scenarios_of(directory / "access_request") if "declared" in one.name]
    return walk_for_real(found).case


def scope(username: str):
    return scope_of(_user(username), at=clock.now())


def test_an_administrator_records_it_and_the_audit_says_so(case):
    made = recorded_scenario(scope("una.vadiba"), case.public_id)

    assert made.steps == len(pasted(made)["step"])
    assert_nothing_of_anybody(case, made.text)
    entry = AuditEntry.objects.filter(action="case.recorded").latest("pk")
    assert (entry.actor, entry.object) == (f"user:{_user('una.vadiba').user_id}", f"case:{case.public_id}")
    assert entry.fields["scenario"] == made.name


@pytest.mark.parametrize(
    ("who", "refused"),
    [("karlis.paraugs", NotAllowed), ("andris.revidents", NotAllowed), ("ilze.piemere", NotFound)],
)
def test_nobody_else_may_not_even_who_sees_the_case(case, who, refused):
    with pytest.raises(refused):
        recorded_scenario(scope(who), case.public_id)

    assert not AuditEntry.objects.filter(action="case.recorded").exists()


def test_the_command_writes_what_the_page_shows(case, capsys):
    call_command("record_scenario", case.number, by="una.vadiba")

    assert capsys.readouterr().out == recording_of(case).text
    with pytest.raises(CommandError):
        call_command("record_scenario", case.number, by="karlis.paraugs")
    with pytest.raises(CommandError):
        call_command("record_scenario", "VIIS-0", by="una.vadiba")


def test_free_words_stay_out_wherever_they_stand(case):
    """A canary in every answer that is no choice, and in the name of a row."""
    for answer in Answer.objects.filter(case=case):
        for name, value in answer.content.items():
            if isinstance(value, str) and value not in ("grant", "sign", "yes", "declared"):
                answer.content[name] = "Kanārijs"
        answer.content["people-Kanārijs-reason"] = "Kanārijs"
        answer.save()

    text = recording_of(case).text

    assert "Kanārijs" not in text
    assert 'decision = "grant"' in text


def test_a_case_that_is_not_over_is_told_to_where_it_stands(directory):
    school = Organisation.objects.get(name="Egļkalnu pamatskola")
    case = start_case("access_request", user=_user("ilze.piemere"), organisation=school).case

    made = assert_recorded_walks_alike(case)

    assert pasted(made)["waits"] == ["fill_request"]
    withdraw_case(case.public_id, user=_user("ilze.piemere"))
    case.refresh_from_db()
    assert recording_of(case).steps == 0


def test_what_no_walk_repeats_is_refused(case):
    last = Completion.objects.filter(instance=case.instance).latest("version")
    passed = [["completed", "late_acceptance"]]
    Completion.objects.create(
        instance=case.instance, version=last.version + 1, kind="timer", element="late_acceptance",
        actor="system", at=clock.now(), passed=passed,
    )  # fmt: skip

    with pytest.raises(NotRecordable):
        recording_of(case)


def test_a_walk_says_which_step_the_diagram_does_not_take(case):
    definition = catalog.definition(case.instance.definition_id)
    content = pasted(recording_of(case))

    for steps, told in (
        ([{"task": "decide"}], "decide is not open"),
        ([{"sleep": 1}], "no known kind"),
        ([*content["step"][1:]], "is not open"),
    ):
        with pytest.raises(WalkFailed, match=told):
            walk(definition, {**content, "step": steps})


def test_what_a_message_brings_to_a_called_process_is_recorded(seeded):
    inner = d.process(
        "hearing", d.start(),
        d.awaits("heard", "answered", correlation_key="for-${pick}", writes="allowed note"),
        d.choice("which", "which_no"), d.end("yes"), d.end("no"),
        d.flows("start heard which yes", "which no", which_yes="allowed"),
        messages=("answered",), people=False, pick="int", allowed="bool", note="str",
    )  # fmt: skip
    given = '<camunda:in source="pick" target="pick"/></extensionElements>'
    inside = d.properties().replace("</extensionElements>", given)
    outer = d.process(
        "asking", d.begins("told", "told", writes="pick"),
        f'<callActivity id="asked" name="Jautā" calledElement="hearing">{inside}</callActivity>', d.end(),
        d.flows("told asked end"), messages=("told",), people=False, pick="int",
    )  # fmt: skip
    catalog.deploy(inner)
    catalog.deploy(outer)
    gives = {"allowed": True, "note": "Jānis Bērziņš"}
    content = {
        "name": "heard", "organisation": "Egļkalnu pamatskola", "begins": "told", "gives": {"pick": 7},
        "ends": "end", "outcome": "", "step": [{"receive": "asked/heard", "gives": gives}],
    }  # fmt: skip

    walked = walk_for_real(Scenario("asking", 0, content))

    assert walked.case is not None
    made = assert_recorded_walks_alike(walked.case)
    (step,) = pasted(made)["step"]
    assert (step["receive"], step["gives"]["allowed"]) == ("asked/heard", True)
    assert "Bērziņš" not in made.text
