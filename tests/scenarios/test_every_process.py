"""Every process folder: its scenarios hold, and together they leave no flow and no boundary event untaken."""

import pytest

from tests.plugins.scenarios import measure, walk_all

pytestmark = pytest.mark.django_db


def test_scenario(scenario, seeded):
    measure(scenario)


def test_the_scenarios_take_every_flow_and_boundary_event(process_folder, seeded):
    coverage = walk_all(process_folder)

    assert coverage.missing() == []
    assert coverage.percent == 100.0
    assert coverage.unsent() == set()
