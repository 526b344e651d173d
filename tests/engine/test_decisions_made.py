"""Which rules fired is kept in rows beside the history; the day in Riga chooses the version of a table."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from engine import catalog, causes
from engine.core.errors import NoVersionValid, RulesDisagree
from engine.models import Completion, DecisionMade, Incident, ProcessInstance
from engine.services import open_incident_of_step, start_instance
from tests.core.diagrams import table
from tests.engine import diagrams as d
from tests.engine.conftest import begin, complete

pytestmark = pytest.mark.django_db


def asking(key, *tables, **variables):
    task = (
        '<businessRuleTask id="rule" name="Lēmums" camunda:decisionRef="t" '
        f'camunda:mapDecisionResult="singleResult">{d.properties()}</businessRuleTask>'
    )
    files = d.sequence(key, d.user("ask"), task, d.user("next"), **variables)
    return files | {f"t{at}.dmn": content for at, content in enumerate(tables)}


PRICED = {"n": "int", "on": "date", "price": "decimal", "fee": "decimal", "who": "str"}


def test_every_rule_that_fired_is_kept_with_what_it_saw_and_gave(deploy):
    inputs = [("n", "integer"), ("on", "date"), ("price", "number")]
    rules = [["<= 5", "-", "-", "price * 2", '"head"'], ["> 5", "-", "-", "0", '"boss"']]
    step = begin(deploy(asking("priced", table("t", inputs, ["fee", "who"], rules), **PRICED)))

    moved = complete(step, "ask", n=3, on=date(2026, 9, 1), price=Decimal("1.50"))

    row = DecisionMade.objects.get()
    definition = catalog.definition(step.instance.definition_id)
    assert (row.instance_id, row.completion_id, row.position) == (step.instance.id, moved.completion_id, 0)
    assert (row.element, row.decision, row.rules) == ("rule", "t", [[1, "t_r1"]])
    assert row.digest == definition.decisions["t"].newest.digest
    assert row.inputs == [["n", "int", 3], ["on", "date", "2026-09-01"], ["price", "decimal", "1.50"]]
    assert row.outputs == [["fee", "decimal", "3.00"], ["who", "str", "head"]]
    assert row.at == moved.now
    brief = [{"element": "rule", "decision": "t", "rule_ids": ["t_r1"]}]
    assert Completion.objects.get(pk=moved.completion_id).decisions == brief


def test_what_was_decided_is_never_rewritten(deploy):
    step = begin(deploy(asking("kept", table("t", [("n", "integer")], ["who"], [["-", '"a"']]), **PRICED)))
    complete(step, "ask", n=1)

    with pytest.raises(IntegrityError), transaction.atomic():
        DecisionMade.objects.update(rules=[])

    assert DecisionMade.objects.get().rules == [[1, "t_r1"]]


def test_only_a_step_that_asks_a_table_writes_one_statement_more(deploy):
    said = {}
    for key, rule in (("plain", False), ("with_rule", True)):
        files = asking(key, table("t", [("n", "integer")], ["who"], [["-", '"a"']]), **PRICED)
        if not rule:
            files = d.sequence(key, d.user("ask"), d.user("next"), **PRICED)
        step = begin(deploy(files))
        complete(begin(deploy(files)), "ask", n=1)
        with CaptureQueriesContext(connection) as captured:
            complete(step, "ask", n=1)
        said[key] = len(captured)

    assert said["with_rule"] == said["plain"] + 1


OLD = table("t", [("n", "integer")], ["who"], [["-", '"old"']])
NEW = table("t", [("n", "integer")], ["who"], [["-", '"new"']], valid_from="2026-09-01")


@pytest.mark.parametrize(
    ("moment", "who"),
    [
        # Midnight in Riga is 21 hours of the day before in summer.
        (datetime(2026, 8, 31, 20, 59, 59, tzinfo=UTC), "old"),
        (datetime(2026, 8, 31, 21, 0, 0, tzinfo=UTC), "new"),
    ],
)
def test_the_day_in_riga_chooses_the_version(deploy, moment, who):
    files = d.sequence(
        "dated",
        '<businessRuleTask id="rule" name="Lēmums" camunda:decisionRef="t" '
        f'camunda:mapDecisionResult="singleResult">{d.properties()}</businessRuleTask>',
        d.user("next"), **PRICED,
    ) | {"old.dmn": OLD, "new.dmn": NEW}  # fmt: skip
    definition = deploy(files)

    with transaction.atomic():
        step = start_instance(definition, variables={"n": 1}, business_key="T", actor="clerk", now=moment)

    assert step.variables["who"] == who
    assert DecisionMade.objects.get().outputs == [["who", "str", who]]


DISAGREEING = table("t", [("n", "integer")], ["who"], [["-", "who"], ["> 5", '"b"']], "ANY")
LATER = table("t", [("n", "integer")], ["who"], [["-", '"a"']], valid_from="2020-01-01")


@pytest.mark.parametrize(
    ("content", "on", "error", "latvian"),
    [
        (
            DISAGREEING,
            "",
            RulesDisagree,
            "Atbilst vairāki lēmumu tabulas noteikumi, un to rezultāti atšķiras.",
        ),
        (LATER, "on", NoVersionValid, "Šajā dienā nav spēkā neviena lēmumu tabulas redakcija."),
    ],
)
def test_a_table_that_cannot_decide_leaves_an_incident_and_the_case_as_it_was(
    deploy, content, on, error, latvian
):
    files = asking("stopping", content, **PRICED)
    if on:
        files["stopping.bpmn"] = files["stopping.bpmn"].replace(
            b'singleResult"><extensionElements><camunda:properties>',
            b'singleResult"><extensionElements><camunda:properties>'
            b'<camunda:property name="valid_on" value="on"/>',
        )
    step = begin(deploy(files))
    before = ProcessInstance.objects.values_list("state", "version").get()

    with pytest.raises(error) as refused:
        complete(step, "ask", n=9, who="a", on=date(2019, 12, 31))
    open_incident_of_step(refused.value)

    incident = Incident.objects.get()
    assert (incident.element, incident.cause) == ("ask", "step_undone")
    assert causes.words(incident.cause, incident.detail).endswith(latvian)
    assert ProcessInstance.objects.values_list("state", "version").get() == before
    assert not DecisionMade.objects.exists()
    complete(step, "ask", n=1, who="a", on=date(2026, 1, 1))
    assert DecisionMade.objects.get().rules == [[1, "t_r1"]]


def test_a_gap_is_told_to_whoever_deploys(deploy, tmp_path):
    folder = tmp_path / "gappy"
    folder.mkdir()
    for name, content in asking(
        "gappy", table("t", [("n", "integer")], ["who"], [["< 5", '"a"']]), **PRICED
    ).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    out, told = StringIO(), StringIO()

    call_command("deploy_processes", str(folder), stdout=out, stderr=told)

    assert out.getvalue() == "gappy version 1: deployed\n"
    assert told.getvalue() == (
        "gappy: warning\n"
        "  P8 rule (Lēmums): Neviens tabulas `t` noteikums neatbilst, piemēram, ja n = 5; "
        "lieta tur apstātos. "
        "Pievienojiet noteikumu, noklusējuma izvadi vai ievades atļautajās vērtībās uzskaitiet iespējamās.\n"
    )
