"""A scenario as TOML says the same when it is read again, whatever the texts are."""

import tomllib
from random import Random

from cases.recording.writing import toml_of

SIGNS = "aāč \"'\\\n\t\r\0\x1f\x7f#={}[].🙂"


def value(random: Random, depth: int = 2):
    kinds = ["text", "int", "bool"] + (["list", "table"] if depth else [])
    match random.choice(kinds):
        case "int":
            return random.randint(-(2**63), 2**63 - 1)
        case "bool":
            return random.random() < 0.5
        case "list":
            return [value(random, depth - 1) for _ in range(random.randint(0, 3))]
        case "table":
            return {text(random): value(random, depth - 1) for _ in range(random.randint(0, 3))}
    return text(random)


def text(random: Random) -> str:
    return "".join(random.choice(SIGNS) for _ in range(random.randint(0, 8)))


def test_what_is_written_is_read_again():
    for seed in range(300):
        print(f"seed {seed}")
        random = Random(seed)
        steps = [{"task": text(random), "answers": value(random)} for _ in range(random.randint(1, 3))]
        scenario = {"name": text(random), "recorded": True, "start": {text(random): value(random)}}

        written = toml_of({**scenario, "step": steps})

        assert tomllib.loads(written)["scenario"] == [{**scenario, "step": steps}]
