"""What stands in the folder of the access request: diagram, tables, forms."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from django.conf import settings
from jsonschema import Draft202012Validator
from lxml import etree

from accounts.models import Role
from accounts.scope import possible_roles
from engine import profile
from engine.core import rules
from engine.core.decisions import compiled_decision
from engine.core.parser import parse
from registries.models import Organisation

FOLDER = Path(settings.PROCESSES_DIR) / "access_request"
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
WAYPOINT = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"


@pytest.fixture(scope="module")
def definition():
    paths = [*FOLDER.glob("*.bpmn"), *FOLDER.glob("*.dmn"), *FOLDER.glob("forms/*.json")]
    return parse({path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in paths})


@pytest.fixture(scope="module")
def drawing():
    return etree.parse(str(FOLDER / "access_request.bpmn")).getroot()


@pytest.mark.django_db
def test_the_gate_accepts_it(definition):
    assert rules.check(definition, profile.known()) == ()


def test_everything_is_drawn_once(drawing):
    process = drawing.find(f"{BPMN}process")
    nodes = {node.get("id") for node in process.iter() if node.tag.startswith(BPMN) and node.get("name")}
    flows = {node.get("id") for node in process.iter(f"{BPMN}sequenceFlow")}
    shapes = [shape.get("bpmnElement") for shape in drawing.iter(f"{DI}BPMNShape")]
    edges = [edge.get("bpmnElement") for edge in drawing.iter(f"{DI}BPMNEdge")]

    assert sorted(shapes) == sorted((nodes - flows - {"access_request"}) | {"pool"})
    assert sorted(edges) == sorted(flows)


def test_lines_are_straight_or_right_angled_and_elements_lie_in_their_lane(drawing):
    bounds = {
        shape.get("bpmnElement"): [
            float(shape.find(f"{DC}Bounds").get(side)) for side in ("x", "y", "width", "height")
        ]
        for shape in drawing.iter(f"{DI}BPMNShape")
    }
    for edge in drawing.iter(f"{DI}BPMNEdge"):
        points = [(float(point.get("x")), float(point.get("y"))) for point in edge.iter(WAYPOINT)]
        for (x1, y1), (x2, y2) in pairwise(points):
            assert x1 == x2 or y1 == y2, edge.get("bpmnElement")
    for lane in drawing.iter(f"{BPMN}lane"):
        left, top, width, height = bounds[lane.get("id")]
        for reference in lane.iter(f"{BPMN}flowNodeRef"):
            x, y, wide, high = bounds[reference.text]
            assert left <= x <= left + width - wide, reference.text
            assert top <= y <= top + height - high, reference.text


def test_the_table_gives_only_roles_that_can_be_held_there(definition):
    decision = compiled_decision(
        definition.decisions["access_roles"], definition.variables, {"roles_possible": "roles_possible"}
    )
    for kind in Organisation.Kind:
        outcome = decision.decide({"organisation_kind": str(kind)})
        assert set(outcome.values["roles_possible"].split()) <= {str(role) for role in possible_roles(kind)}
        assert len(outcome.rules) == 1
    assert {str(role) for role in Role} >= {"institution_user"}


def test_every_form_is_a_valid_schema_with_words_in_both_languages():
    for path in sorted(FOLDER.glob("forms/*.json")):
        form = json.loads(path.read_text(encoding="utf-8"))
        Draft202012Validator.check_schema(form)
        assert form["additionalProperties"] is False
        for key in ("x-title", "x-submit", "x-intro"):
            assert set(form[key]) == {"lv", "en"}, (path.name, key)
        for name, field in form["properties"].items():
            assert field["title"], (path.name, name)
            assert field["x-en"]["title"], (path.name, name)
            assert bool(field.get("description")) == bool(field["x-en"].get("description")), (path.name, name)
            for words in (*field.get("x-labels", {}).values(), *field.get("x-messages", {}).values()):
                assert set(words) == {"lv", "en"}
