"""Scenarios that begin by a message, a signal or the calendar, walked for real and recorded."""

from __future__ import annotations

import pytest

from engine import catalog
from tests.engine import diagrams as d
from tests.plugins.scenario_walks import Scenario, walk
from tests.scenarios.recorded import assert_recorded_walks_alike, pasted

pytestmark = pytest.mark.django_db

WAYS = {"told": {"urgent": True}, "called": {"urgent": False}, "daily": {}}


@pytest.fixture
def process(seeded) -> str:
    """Three ways in, a choice by what the message or signal brought, and a task of the ministry."""
    group = "ministry_officer@${ministry}"
    version = catalog.deploy(
        d.process(
            "begun", d.begins("told", "told", writes="urgent"),
            d.begins("called", "called", kind="signal", writes="urgent"),
            d.begins_at("daily", "every day 08:00"), d.choice("which", "which_end"),
            d.user("look", group=group), d.end(),
            d.flows("told which look end", "called which end", "daily which", which_look="urgent"),
            messages=("told",), signals=("called",), people=False, urgent="bool", ministry="int",
        )
    )  # fmt: skip
    return version.key


@pytest.mark.parametrize("way", WAYS)
def test_a_scenario_begins_at_its_start_event_and_is_recorded_so(process, way):
    steps = [{"task": "look", "by": "karlis.paraugs"}] if way == "told" else []
    content = {
        "name": way, "organisation": "Egļkalnu pamatskola", "begins": way, "gives": WAYS[way], "ends": "end",
        "outcome": "", "step": steps,
    }  # fmt: skip

    walked = walk(Scenario(process, 0, content))

    assert walked.flows[f"{way}_which"] == 1
    assert walked.flows["which_look"] == len(steps)
    assert walked.case is not None
    made = assert_recorded_walks_alike(walked.case)
    assert pasted(made)["begins"] == way
