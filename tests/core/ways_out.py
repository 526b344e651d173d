"""Out of loops that a drawn process itself never leaves, whatever its people say."""

from __future__ import annotations

from random import Random

from engine.core.definition import Definition
from engine.core.errors import RepairRefused
from engine.core.machine import Machine
from engine.core.repairing import Change, Move, repair, targets


def led_out(definition: Definition, machine: Machine, random: Random) -> Machine:
    """Somebody is moved: a loop in a loop may begin the outer one again by the number that ends the inner."""
    wait = random.choice(machine.waits())
    return tried(definition, machine, Move(wait.id, random.choice(targets(definition, wait.element)).id))


def tried(definition: Definition, machine: Machine, wanted: Change) -> Machine:
    """The machine after the repair, or as it was where that is refused."""
    state = machine.dump()
    try:
        repair(machine, wanted)
    except RepairRefused:
        return Machine.load(definition, state)
    return machine
