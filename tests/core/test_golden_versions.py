"""What was stored once is read by every later codec, and the instance comes to the same end."""

from __future__ import annotations

import json

import pytest

from engine.core.machine import Machine
from engine.core.parser import parse
from tests.core.golden_versions import (
    FOLDER,
    SEEDS,
    do,
    files_of,
    kept,
    kinds,
    known_kinds,
    ours,
    place_of,
    told,
)
from tests.core.random_processes import Blocks

HOW = "type `python -m tests.core.golden_versions` and commit what it keeps"


@pytest.mark.parametrize("folder", kept(), ids=lambda folder: folder.relative_to(FOLDER).as_posix())
def test_every_state_that_was_kept_loads_and_goes_on_as_it_did(folder):
    files = files_of(folder)
    definition = parse(files)
    steps = json.loads((folder / "walks.json").read_text(encoding="utf-8"))
    assert place_of(folder.parent.name, files) == folder
    after, again = None, ""
    for step in steps:
        then, state = step.pop("then", None), bytes.fromhex(step.pop("state"))
        machine = Machine.load(definition, state)
        assert told(machine) == step
        assert after is None or after == step or (again and elements(after) == elements(step, again))
        assert Machine.load(definition, machine.dump()).dump() == machine.dump()
        assert (then is None) is machine.ended
        after = None
        if then is not None:
            again = repeated(definition, machine, then)
            do(definition, machine, then)
            after = told(machine)
    assert after is None


def repeated(definition, machine, then):
    """The event that is armed anew now where an earlier release let it happen once; else nothing."""
    received = (wait.element for wait in machine.waits() if wait.id == then.get("receive"))
    return next((element for element in received if definition.elements[element].happens_again), "")


def elements(step, *more):
    """What a step says, whatever the ids are."""
    return {**step, "waits": sorted([*(element for _, element in step["waits"]), *more])}


def test_every_version_of_ours_is_kept():
    missing = [name for name, files in ours() if not (place_of(name, files) / "walks.json").exists()]

    assert missing == [], HOW


def test_every_kind_of_element_is_kept():
    known, found = known_kinds(), set()
    for seed in range(SEEDS):
        found |= kinds(Blocks(seed).definition())

    assert found - known == set(), HOW
