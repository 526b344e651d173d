"""Golden walks of every deployed version, and of random processes that together have every element.

`python -m tests.core.golden_versions` keeps what is not kept yet: the files of the version and a few walks
from start to end with the state as it was stored at each step. What is kept is never written again, so a
later codec has to read it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import MISSING, fields
from datetime import date
from decimal import Decimal
from html import unescape
from pathlib import Path
from random import Random
from typing import Any, Final

from engine.core.definition import Definition, Element
from engine.core.errors import CoreError
from engine.core.machine import Machine
from engine.core.parser import digest_of, parse
from engine.core.usage import writes_of
from engine.core.values import decoded
from engine.core.waits import MessageWait, ServiceWait, TimerWait, UserTaskWait, Wait
from tests.core.random_processes import Blocks, starts

ROOT: Final = Path(__file__).parents[2]
FOLDER: Final = Path(__file__).parent / "golden_versions"
OURS: Final = ("processes/bpmn", "docs/processes", "tests/scenarios/folder", "tests/cases/processes")
RANDOM: Final = "random"
SEEDS: Final = 150
WALKS, LONGEST, TRIES = 2, 60, 60
# What an element says that makes no other kind of it.
_SILENT: Final = frozenset(
    """
    id name name_en lane parent attached_to code key properties texts writes carries form_key group assignee
    due topic script decision result_variable map_result milestone_lv milestone_en differs_from reminders
    escalate returns_to_same condition timer unsupported type catches throws
    """.split()  # noqa: SIM905 (thirty lines otherwise)
)
_WORD: Final = re.compile(r'(?<!=)"([^"<>{}=]{1,40})"')


class NoWalk(Exception):
    """No random walk of this process comes to its end soon."""


def files_of(folder: Path) -> dict[str, bytes]:
    """The files of a process folder that make a version."""
    places = ("*.bpmn", "*.dmn", "forms/*.json")
    paths = [path for place in places for path in (*folder.glob(place), *folder.glob(f"calls/*/{place}"))]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(paths)}


def ours() -> Iterator[tuple[str, dict[str, bytes]]]:
    """Every process folder of the project: its name and files."""
    for directory in OURS:
        for diagram in sorted((ROOT / directory).glob("*/*.bpmn")):
            yield diagram.parent.name, files_of(diagram.parent)


def kept() -> list[Path]:
    """The folder of every version that is kept."""
    return sorted(path.parent for path in FOLDER.glob("*/*/walks.json"))


def place_of(name: str, files: Mapping[str, bytes]) -> Path:
    """Where a version is kept, whether it is yet or not."""
    return FOLDER / name / digest_of(files)[:12]


def kinds(definition: Definition) -> set[tuple[str, ...]]:
    """The kinds of element of a definition: the type, what it catches or throws, what else it says."""
    return {_kind(element) for element in definition.elements.values()}


def _kind(element: Element) -> tuple[str, ...]:
    waits = "timer" if element.timer is not None else "condition" if element.condition else ""
    own = [f.name for f in fields(Element) if f.name not in _SILENT]
    said = [name for name in own if getattr(element, name) != _default(name)]
    many = str(getattr(element, "many", None) and element.many.sequential)
    return (element.type, element.catches, element.throws, waits, many, *said)


def _default(name: str) -> Any:
    (found,) = (f for f in fields(Element) if f.name == name)
    return found.default if found.default is not MISSING else None


def known_kinds() -> set[tuple[str, ...]]:
    """The kinds of element that the versions that are kept have."""
    return {kind for folder in kept() for kind in kinds(parse(files_of(folder)))}


def with_other_kinds() -> Iterator[tuple[int, dict[str, bytes]]]:
    """Random processes with a kind of element that nothing kept has, the smallest first: seed and files."""
    found = {seed: Blocks(seed).definition() for seed in range(SEEDS)}
    for seed in sorted(found, key=lambda one: len(found[one].elements)):
        if not kinds(found[seed]) <= known_kinds():
            yield seed, Blocks(seed).files()


def keep(name: str, files: Mapping[str, bytes]) -> bool:
    """Writes a version with its walks, unless it is kept already; whether it was written."""
    folder = place_of(name, files)
    if (folder / "walks.json").exists():
        return False
    definition = parse(files)
    words = words_of(files)
    walks = [list(walk(definition, words, Random(f"{name} {number}"))) for number in range(WALKS)]
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    lines = ",\n".join(json.dumps(step, ensure_ascii=False) for one in walks for step in one)
    (folder / "walks.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    return True


def words_of(files: Mapping[str, bytes]) -> list[str]:
    """Texts that the files compare with: they make random walks take more ways."""
    texts = [unescape(text.decode()) for name, text in files.items() if name.endswith((".bpmn", ".dmn"))]
    return sorted({word for text in texts for word in _WORD.findall(text)})


def walk(definition: Definition, words: list[str], random: Random) -> Iterator[dict[str, Any]]:
    """The steps of one walk to the end: state, what it says, and what is done next."""
    types = definition.variables
    for _ in range(TRIES):
        steps: list[dict[str, Any]] = []
        at = random.choice(starts(definition))
        machine = _tried(
            lambda at=at: Machine.start(definition, _values(types, types, words, random), DAY, at=at)
        )
        while machine is not None and len(steps) < LONGEST:
            state = machine.dump().hex()
            steps.append({"state": state, **told(machine)})
            if machine.ended:
                yield from steps
                return
            machine = _tried(lambda state=state, at=steps[-1]: _moved(definition, state, at, words, random))
    raise NoWalk(definition.key)


DAY: Final = date(2026, 9, 1)


def _tried(act: Callable[[], Machine]) -> Machine | None:
    """What a random choice makes of the instance, chosen again where the process refuses it."""
    for _ in range(TRIES):
        try:
            return act()
        except CoreError:
            continue
    return None


def _moved(
    definition: Definition, state: str, step: dict[str, Any], words: list[str], random: Random
) -> Machine:
    machine = Machine.load(definition, bytes.fromhex(state))
    wait = random.choice(machine.waits())
    step["then"] = _choice(definition, wait, words, random)
    do(definition, machine, step["then"])
    return machine


def _choice(definition: Definition, wait: Wait, words: list[str], random: Random) -> dict[str, Any]:
    element = definition.elements[wait.element]
    caught = any(event.catches == "error" for event in definition.boundaries(element.id))
    if isinstance(wait, TimerWait):
        return {"fire": wait.id}
    if isinstance(wait, ServiceWait) and caught and random.random() < 0.3:
        codes = [event.code for event in definition.boundaries(element.id) if event.catches == "error"]
        return {"throw": wait.id, "code": codes[0] or "ANY"}
    names = set(element.writes)
    if isinstance(wait, UserTaskWait):
        names = set(writes_of(definition, element)) & set(definition.variables)
    if isinstance(wait, ServiceWait) and not names and element.many is None:
        computed = (e for e in definition.elements.values() if e.type in ("scriptTask", "businessRuleTask"))
        names = set(definition.variables) - {name for e in computed for name in writes_of(definition, e)}
        names = {name for name in names if random.random() < 0.5}
    if element.many is not None:
        names = set()
    values = _values(definition.variables, sorted(names), words, random)
    written = {name: _text(value) for name, value in values.items()}
    return {"receive" if isinstance(wait, MessageWait) else "complete": wait.id, "values": written}


def do(definition: Definition, machine: Machine, then: Mapping[str, Any]) -> None:
    """Takes one step of a walk that is kept."""
    machine.set_day(DAY)
    values = decoded(definition.variables, then.get("values", {}))
    match then:
        case {"fire": wait}:
            machine.fire(wait)
        case {"throw": wait, "code": code}:
            machine.throw(wait, code)
        case {"receive": wait}:
            machine.receive(wait, values)
        case {"complete": wait}:
            machine.complete(wait, values)


def told(machine: Machine) -> dict[str, Any]:
    """What a state must say whenever it is loaded."""
    variables = {name: _text(value) for name, value in sorted(machine.variables.items()) if value is not None}
    waits = [[wait.id, wait.element] for wait in machine.waits()]
    return {"waits": waits, "variables": variables, "ended": machine.ended}


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, date | Decimal) else value


def _values(types: Mapping[str, str], names: Any, words: list[str], random: Random) -> dict[str, Any]:
    return {name: _value(types[name], words, random) for name in names}


def _value(kind: str, words: list[str], random: Random) -> Any:
    match kind:
        case "bool":
            return random.random() < 0.5
        case "int":
            return random.randint(0, 9)
        case "decimal":
            return Decimal(random.randint(0, 999)) / 10
        case "date":
            return date(2026, 1, 1).replace(month=random.randint(1, 12))
        case "list":
            return random.sample(["a", "b", "c"], 2)
    return random.choice(words) if words else "text"


def main() -> None:
    """Keeps every version that is not kept yet, and says which."""
    for name, files in ours():
        if keep(name, files):
            print(f"kept {place_of(name, files).relative_to(ROOT)}")
    for seed, files in with_other_kinds():
        with suppress(NoWalk):
            if keep(f"{RANDOM}-{seed}", files):
                print(f"kept {place_of(f'{RANDOM}-{seed}', files).relative_to(ROOT)}")


if __name__ == "__main__":
    main()
