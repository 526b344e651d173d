"""Every process folder: its scenarios hold, and together they leave no flow and no boundary event untaken."""

import pytest

from tests.plugins.scenarios import coverage_of, measure
from tests.scenarios.recorded import assert_recorded_walks_alike

pytestmark = pytest.mark.django_db


def test_scenario(scenario, seeded):
    walked = measure(scenario)

    if walked.case is not None:
        assert_recorded_walks_alike(walked.case)


def test_the_scenarios_take_every_flow_and_boundary_event(process_folder, seeded, drawings):
    coverage = coverage_of(process_folder)
    if drawings is not None:
        coverage.draw(drawings)

    assert coverage.missing() == []
    assert coverage.percent == 100.0
    assert coverage.unsent() == set()
