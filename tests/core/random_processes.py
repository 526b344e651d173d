"""Random block-structured processes of every element that the gate accepts."""

# ruff: noqa: ARG002 (every block has the same shape)

from __future__ import annotations

from itertools import pairwise
from random import Random

from engine.core.definition import Definition
from engine.core.machine import Machine
from engine.core.parser import parse
from tests.core.diagrams import (
    again,
    aside,
    awaits,
    begins,
    begins_at,
    call,
    chain,
    each,
    end,
    escalate,
    escalated,
    exclusive,
    fail,
    failed,
    files,
    first_of,
    flow,
    inclusive,
    late,
    manual,
    mark,
    once,
    parallel,
    recalled,
    receive,
    script,
    send,
    service,
    start,
    subprocess,
    tell,
    terminate,
    timer,
    triggered,
    until,
    user,
)


def is_caught(definition: Definition, element: str) -> bool:
    """Whether the error E of a service task is caught, on it or anywhere around it."""
    inside = definition.elements[element]
    while True:
        events = [
            *definition.boundaries(inside.id),
            *definition.triggers(inside.parent) * (not inside.by_event),
        ]
        if any(event.catches == "error" for event in events):
            return True
        if not inside.parent:
            return False
        inside = definition.elements[inside.parent]


def starts(definition: Definition) -> list[str]:
    """The start events at which a process may begin."""
    return [element.id for element in definition.children() if element.type == "startEvent"]


def brought(definition: Definition, at: str, values: dict[str, int]) -> dict[str, int]:
    """Of these values those that an instance has when it begins: the calendar brings none."""
    return {} if definition.elements[at].schedule is not None else values


def begun(definition: Definition, random: Random) -> Machine:
    """An instance begun at any of its start events."""
    at, values = random.choice(starts(definition)), {"pick": random.randint(0, 9), "total": 0}
    return Machine.start(definition, brought(definition, at, values), at=at)


class Blocks:
    """Every block is a pair of ids, its first and its last element; parts collect the XML of one scope."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.count = 0
        self.asides: set[int] = set()
        self.inside_many = 0
        self.variables = {"pick": "int", "total": "int"}
        self.calls: dict[str, dict[str, bytes]] = {}
        self.is_called = False

    def definition(self) -> Definition:
        return parse(self.files())

    def files(self) -> dict[str, bytes]:
        first, last = self.key("start"), self.key("end")
        parts = [end(last)]
        entry, leave = self._sequence(5, parts, beside=False, looping=False)
        meanwhile = self._meanwhile(3, beside=False)
        parts += [flow(leave, last), *meanwhile]
        defined = {"variables": self.variables, "errors": ("E",), "escalations": ("S",)}
        defined |= {"messages": ("M", "A"), "signals": ("B", "C")}
        # The calendar brings nothing, so a script must write what an event subprocess may read beside it.
        kinds = ("message", "signal") if meanwhile else ("message", "signal", "timer")
        by = [kind for kind in kinds if self.random.random() < 0.2]
        people = not by or self.random.random() < 0.5
        parts += self._beginnings(by, first if people else "", entry)
        return files(*parts, calls=self.calls, people=people, **defined)

    def _beginnings(self, by: list[str], plain: str, entry: str) -> list[str]:
        """The start events, which meet before the first block; others than people use names of their own."""
        if not by:
            return [start(plain), flow(plain, entry)]
        met = self.key("met")
        parts = [exclusive(met), flow(met, entry)]
        if plain:
            parts += [start(plain), flow(plain, met)]
        for kind in by:
            key, then = self.key("begins"), self.key("task")
            if kind == "timer":
                parts += [begins_at(key, "every day"), script(then, "pick = 3\ntotal = 0")]
            else:
                name = "A" if kind == "message" else "C"
                parts += [begins(key, signal=kind == "signal", name=name, writes="pick total"), user(then)]
            parts.append(chain(key, then, met))
        return parts

    def called(self, key: str) -> dict[str, bytes]:
        """The files of a small process that another one calls."""
        self.is_called = True
        parts = self.scope(2, beside=False)
        return files(*parts, variables=self.variables, errors=("E",), escalations=("S",), key=key)

    def key(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def scope(self, depth: int, beside: bool) -> list[str]:
        first, last = self.key("start"), self.key("end")
        parts = [start(first), terminate(last) if self.random.random() < 0.2 else end(last)]
        entry, leave = self.block(depth, parts, beside, looping=False)
        return [*parts, flow(first, entry), flow(leave, last), *self._meanwhile(depth, beside)]

    def _meanwhile(self, depth: int, beside: bool) -> list[str]:
        """Now and then an event subprocess of the scope."""
        if depth < 1 or self.random.random() < 0.7:
            return []
        key, first, last, rest = (self.key(kind) for kind in ("aside", "begun", "end", "task"))
        stops = self.random.random() < 0.5
        by = self.random.choice(("timer", "message", "signal", "error" if stops else "timer"))
        parts = [triggered(first, by=by, interrupting=stops), user(rest), end(last)]
        entry, leave = self.block(depth - 1, parts, beside or not stops, looping=False)
        return [aside(key, *parts, chain(first, rest, entry), flow(leave, last))]

    def block(self, depth: int, parts: list[str], beside: bool, looping: bool) -> tuple[str, str]:
        kinds = ["task", "service", "script", "timer", "passed"]
        if depth > 0:
            kinds += ["sequence"] * 3 + ["choice", "race", "subprocess", "deadline", "failure", "thrown"]
            kinds += ["escalation", "each", "rounds"] + (
                [] if self.is_called or len(self.calls) > 1 else ["call"]
            )
            kinds += [] if looping else ["parallel", "inclusive"] * 2 + ["aside", "told"]
            kinds += [] if beside or id(parts) in self.asides else ["loop"]
        return getattr(self, f"_{self.random.choice(kinds)}")(depth - 1, parts, beside, looping)

    def _single(self, parts: list[str], key: str, xml: str) -> tuple[str, str]:
        parts.append(xml)
        return key, key

    def _task(self, depth: int, parts: list[str], beside: bool, looping: bool) -> tuple[str, str]:
        key = self.key("task")
        kinds = (user, user, receive, self._some, self._while)
        return self._single(parts, key, self.random.choice(kinds)(key))

    def _while(self, key: str) -> str:
        most = 3 if self.inside_many else self.random.choice((0, 3))
        return again(user(key), "pick % 3 != 0", before=self.random.random() < 0.5, most=most)

    def _some(self, key: str) -> str:
        return each(user(key), number="pick % 4", sequential=self.random.random() < 0.5)

    def _service(self, depth: int, parts: list[str], beside: bool, looping: bool) -> tuple[str, str]:
        key = self.key("service")
        return self._single(parts, key, service(key, "later" if self.inside_many else "topic"))

    def _timer(self, depth: int, parts: list[str], beside: bool, looping: bool) -> tuple[str, str]:
        key = self.key("timer")
        return self._single(parts, key, self._event(key))

    def _event(self, key: str) -> str:
        """What is waited for: a time, a message or a signal."""
        how = self.random.randrange(3)
        return timer(key) if how == 0 else awaits(key, signal=how == 1)

    def _boundary(self, key: str, host: str, interrupting: bool = True) -> str:
        how = self.random.randrange(3)
        if how == 0:
            return late(key, host, interrupting=interrupting)
        return recalled(key, host, interrupting=interrupting, signal=how == 1)

    def _script(self, depth: int, parts: list[str], beside: bool, looping: bool) -> tuple[str, str]:
        key = self.key("script")
        self.variables[f"own_{key}"] = "int"
        text = f"own_{key} = pick + 1" + ("" if beside else "\ntotal = total + 1")
        return self._single(parts, key, script(key, text))

    def _passed(self, depth: int, parts: list[str], beside: bool, looping: bool) -> tuple[str, str]:
        key = self.key("passed")
        return self._single(parts, key, self.random.choice((manual, mark, tell, send))(key))

    def _sequence(self, depth: int, parts: list[str], beside: bool, looping: bool) -> tuple[str, str]:
        blocks = [self.block(depth, parts, beside, looping) for _ in range(self.random.randint(2, 3))]
        parts += [flow(one[1], other[0]) for one, other in pairwise(blocks)]
        return blocks[0][0], blocks[-1][1]

    def _choice(self, depth: int, parts: list[str], beside: bool, looping: bool) -> tuple[str, str]:
        split, merge = self.key("split"), self.key("merge")
        first, second = (self.block(depth, parts, beside, looping) for _ in range(2))
        parts += [exclusive(split, f"{split}_{second[0]}"), exclusive(merge), flow(split, second[0])]
        parts += [flow(split, first[0], "pick % 2 == 0"), flow(first[1], merge), flow(second[1], merge)]
        return split, merge

    def _parallel(self, depth: int, parts: list[str], beside: bool, looping: bool) -> tuple[str, str]:
        split, join = self.key("fork"), self.key("join")
        parts += [parallel(split), parallel(join)]
        for _ in range(self.random.randint(2, 3)):
            first, last = self.block(depth, parts, beside=True, looping=False)
            parts += [flow(split, first), flow(last, join)]
        return split, join

    def _inclusive(self, depth: int, parts: list[str], beside: bool, looping: bool) -> tuple[str, str]:
        split, join = self.key("some"), self.key("all")
        count = self.random.randint(2, 3)
        default = self.random.randrange(count)
        for at in range(count):
            first, last = self.block(depth, parts, beside=True, looping=False)
            if at == default:
                parts += [inclusive(split, f"{split}_{first}"), inclusive(join), flow(split, first)]
            else:
                parts.append(flow(split, first, f"pick % {self.random.randint(2, 4)} == {at % 2}"))
            parts.append(flow(last, join))
        return split, join

    def _race(self, depth: int, parts: list[str], beside: bool, looping: bool) -> tuple[str, str]:
        gateway, merge = self.key("race"), self.key("merge")
        parts += [first_of(gateway), exclusive(merge)]
        for at in range(self.random.randint(2, 3)):
            event = self.key("timer")
            first, last = self.block(depth, parts, beside, looping)
            # Beside another path two could move in one step, and which comes first is not laid down.
            holds = at == 1 and not beside and self.random.random() < 0.5
            parts.append(until(event, "pick % 3 == 1") if holds else self._event(event))
            parts += [chain(gateway, event, first), flow(last, merge)]
        return gateway, merge

    def _throwing(self, depth: int, beside: bool, thrown: str) -> list[str]:
        """A scope in which some choose to go another way than to its end."""
        first, last, split = self.key("start"), self.key("end"), self.key("split")
        parts = [start(first), end(last)]
        entry, leave = self.block(depth - 1, parts, beside, looping=False)
        other = self.key("thrown")
        parts += [flow(first, entry), flow(leave, split), exclusive(split, f"{split}_{last}")]
        parts += [flow(split, last), flow(split, other, "pick % 2 == 1")]
        if thrown == "error":
            return [*parts, fail(other)]
        after, more = self.key("end"), [escalate(other)]
        for _ in range(self.random.randrange(3) if thrown == "escalations" else 0):
            again = self.key("thrown")
            more += [escalate(again), flow(other, again)]
            other = again
        return [*parts, *more, end(after), flow(other, after)]

    def _thrown(self, depth: int, parts: list[str], beside: bool, looping: bool) -> tuple[str, str]:
        host, event, merge = self.key("inside"), self.key("failed"), self.key("merge")
        nested = subprocess(host, *self._throwing(depth, beside, "error"))
        first, last = self.block(depth - 1, parts, beside, looping)
        code = self.random.choice(("E", ""))
        parts += [nested, failed(event, host, code), exclusive(merge), flow(host, merge)]
        parts += [flow(event, first), flow(last, merge)]
        return host, merge

    def _escalation(self, depth: int, parts: list[str], beside: bool, looping: bool) -> tuple[str, str]:
        host, event, merge = self.key("inside"), self.key("escalated"), self.key("merge")
        nested = subprocess(host, *self._throwing(depth, beside, "escalation"))
        first, last = self.block(depth - 1, parts, beside, looping)
        parts += [nested, escalated(event, host), exclusive(merge), flow(host, merge)]
        parts += [flow(event, first), flow(last, merge)]
        return host, merge

    def _told(self, depth: int, parts: list[str], beside: bool, looping: bool) -> tuple[str, str]:
        self.asides.add(id(parts))
        host, event, last_end = self.key("inside"), self.key("escalated"), self.key("end")
        nested = subprocess(host, *self._throwing(depth, beside, "escalations"))
        first, last = self._repeated(depth - 1, parts)
        parts += [nested, escalated(event, host, "S", interrupting=False), end(last_end)]
        # It rests first: how far two paths come in one step before one of them terminates is not laid down.
        rest = self.key("task")
        parts += [user(rest), chain(event, rest, first), flow(last, last_end)]
        return host, host

    def _loop(self, depth: int, parts: list[str], beside: bool, looping: bool) -> tuple[str, str]:
        enter, task, leave = self.key("enter"), self.key("again"), self.key("leave")
        first, last = self.block(depth, parts, beside, looping=True)
        parts += [exclusive(enter), user(task), chain(enter, task, first)]
        exit_key = self.key("out")
        parts += [exclusive(leave, f"{leave}_{exit_key}"), exclusive(exit_key), flow(last, leave)]
        parts += [flow(leave, enter, "pick % 3 == 0"), flow(leave, exit_key)]
        return enter, exit_key

    def _subprocess(self, depth: int, parts: list[str], beside: bool, looping: bool) -> tuple[str, str]:
        key = self.key("inside")
        return self._single(parts, key, subprocess(key, *self.scope(depth, beside)))

    def _each(self, depth: int, parts: list[str], beside: bool, looping: bool) -> tuple[str, str]:
        key, number = self.key("each"), self.random.choice(("pick % 4", "3"))
        self.inside_many += 1
        inside = subprocess(key, *self.scope(depth, beside=True))
        self.inside_many -= 1
        return self._single(parts, key, each(inside, number=number, sequential=self.random.random() < 0.5))

    def _call(self, depth: int, parts: list[str], beside: bool, looping: bool) -> tuple[str, str]:
        key = self.key("call")
        inner = Blocks(self.random.randrange(10**6))
        inner.inside_many = self.inside_many
        given, many = {"pick": "pick + 1", "total": "0"}, self.random.random() < 0.3
        inner.inside_many += many
        self.calls[f"of_{key}"] = inner.called(f"of_{key}")
        if many:
            element = each(
                call(key, f"of_{key}", give=given), number="2", sequential=self.random.random() < 0.5
            )
            return self._single(parts, key, element)
        self.variables[f"own_{key}"] = "int"
        return self._single(parts, key, call(key, f"of_{key}", give=given, take={"total": f"own_{key}"}))

    def _rounds(self, depth: int, parts: list[str], beside: bool, looping: bool) -> tuple[str, str]:
        key = self.key("rounds")
        inside = subprocess(key, *self.scope(depth, beside))
        most, before = self.random.randint(1, 3), self.random.random() < 0.5
        return self._single(parts, key, again(inside, "pick % 5 != 0", before=before, most=most))

    def _deadline(self, depth: int, parts: list[str], beside: bool, looping: bool) -> tuple[str, str]:
        host = self._subprocess(depth, parts, beside, looping)[0]
        event, merge = self.key("late"), self.key("merge")
        first, last = self.block(depth - 1, parts, beside, looping)
        parts += [
            self._boundary(event, host),
            exclusive(merge),
            flow(host, merge),
            flow(event, first),
            flow(last, merge),
        ]
        return host, merge

    def _failure(self, depth: int, parts: list[str], beside: bool, looping: bool) -> tuple[str, str]:
        host = self._service(depth, parts, beside, looping)[0]
        event, merge = self.key("failed"), self.key("merge")
        first, last = self.block(depth - 1, parts, beside, looping)
        code = self.random.choice(("E", ""))
        parts += [failed(event, host, code), exclusive(merge), flow(host, merge), flow(event, first)]
        parts.append(flow(last, merge))
        return host, merge

    def _aside(self, depth: int, parts: list[str], beside: bool, looping: bool) -> tuple[str, str]:
        self.asides.add(id(parts))
        host = self.key("task")
        event, rest, last_end = self.key("remind"), self.key("task"), self.key("end")
        # As with a race: beside another path two conditions could come true in one step.
        if not beside and self.random.random() < 0.3:
            happens = once(event, host, "pick % 2 == 1", interrupting=False)
        else:
            happens = self._boundary(event, host, interrupting=False)
        first, last = self._repeated(depth - 1, parts)
        # It rests first: what it throws at once would let it happen again, for ever.
        parts += [user(host), happens, user(rest), end(last_end)]
        parts += [chain(event, rest, first), flow(last, last_end)]
        return host, host

    def _repeated(self, depth: int, parts: list[str]) -> tuple[str, str]:
        """What may be under way several times: as in a loop it splits and joins in a scope of its own."""
        return self.block(depth, parts, beside=True, looping=True)


class Telling(Blocks):
    """Processes that call others which tell them now and then by an error or an escalation."""

    def block(self, depth: int, parts: list[str], beside: bool, looping: bool) -> tuple[str, str]:
        if depth > 0 and not self.is_called and not self.calls and self.random.random() < 0.4:
            return self._call(depth - 1, parts, beside, looping)
        return super().block(depth, parts, beside, looping)

    def _call(self, depth: int, parts: list[str], beside: bool, looping: bool) -> tuple[str, str]:
        key, event = self.key("call"), self.key("told")
        ways = ["error", "escalation"] if looping else ["error", "escalation", "escalations"]
        how = self.random.choice(ways)
        self.calls[f"of_{key}"] = self._telling(f"of_{key}", how)
        parts.append(call(key, f"of_{key}", give={"pick": "pick + 1", "total": "0"}))
        if how == "escalations":
            return self._beside(depth, parts, key, event)
        merge = self.key("merge")
        first, last = self.block(depth - 1, parts, beside, looping)
        caught = failed(event, key, "E") if how == "error" else escalated(event, key)
        parts += [caught, exclusive(merge), flow(key, merge), flow(event, first), flow(last, merge)]
        return key, merge

    def _beside(self, depth: int, parts: list[str], key: str, event: str) -> tuple[str, str]:
        self.asides.add(id(parts))
        rest, last_end = self.key("task"), self.key("end")
        first, last = self._repeated(depth - 1, parts)
        parts += [escalated(event, key, "S", interrupting=False), user(rest), end(last_end)]
        parts += [chain(event, rest, first), flow(last, last_end)]
        return key, key

    def _telling(self, key: str, how: str) -> dict[str, bytes]:
        inner = Telling(self.random.randrange(10**6))
        inner.inside_many, inner.is_called = self.inside_many, True
        parts = inner._throwing(2, False, how)
        throws = {"E": "error"} if how == "error" else {"S": "escalation"}
        return files(
            *parts, variables=inner.variables, errors=("E",), escalations=("S",), key=key, people=False,
            throws=throws,
        )  # fmt: skip
