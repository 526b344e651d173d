"""What must hold of the errands: each began once, whatever it began by, heard everything once, and ended."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from cases.models import AuditEntry, Case
from engine.models import Completion, Message, ProcessInstance, RepairMade, Suspension, Wait
from engine.starts import START
from tests.chaos.errands.batch_checks import batch_problems
from tests.chaos.errands.record import Record
from tests.chaos.errands.senders import DRILL

PROCESS = "errand"
KINDS = Completion.Kind
# What moves an errand and is no step of its way.
BESIDE = (KINDS.MIGRATE, KINDS.REPAIR)
HEARD = Counter({"event answered": 1, "event rung": 1})
STAMPED = "job stamp"
LOOKED = Counter({"task look": 1})


def problems(record: Record) -> Iterator[str]:
    """One sentence for everything that does not hold."""
    yield from _sent(record)
    yield from _met()
    yield from _signals()
    yield from _begun(record)
    yield from _ways()
    yield from _cases()
    yield from _rests()
    yield from batch_problems(record)


def _sent(record: Record) -> Iterator[str]:
    """Every message that was accepted is there under the id that was told, and no other."""
    found = dict(Message.objects.filter(sender=None).values_list("message_id", "public_id"))
    for name in sorted({*record.sent, *found}):
        if name not in found:
            yield f"message {name} was accepted and is not there"
        elif name not in record.sent:
            yield f"message {name} is there, and nobody knows of it"
        elif record.sent[name]["id"] != str(found[name]):
            yield f"message {name} was accepted as {record.sent[name]['id']} and is another"


def _met() -> Iterator[str]:
    """Every message is delivered; who was asked for by one hears one answer, under the same key."""
    asked: dict[int, list[str]] = defaultdict(list)
    answers: dict[int, list[str]] = defaultdict(list)
    for message in Message.objects.filter(kind="message").order_by("id"):
        if message.delivered_at is None or message.receiver_id is None:
            yield f"message {message.message_id} was delivered to nobody"
            continue
        (asked if message.started else answers)[message.receiver_id].append(message.correlation_key)
    for instance, origin in sorted(_origins().items()):
        if len(asked[instance]) != int(origin == "asked"):
            yield f"errand {instance} began at {origin}, and was asked for by {len(asked[instance])} messages"
        if asked[instance] != answers[instance]:
            yield f"errand {instance} was asked for as {asked[instance]} and answered as {answers[instance]}"


def _signals() -> Iterator[str]:
    """Every signal has become as many jobs as it says, and each of them is done."""
    for signal in Message.objects.filter(kind="signal").order_by("id"):
        jobs = list(
            Wait.objects.filter(natural_key__startswith=f"signal:{signal.pk}:").values_list(
                "status", flat=True
            )
        )
        jobs += Wait.objects.filter(natural_key__startswith=f"{START}:{signal.pk}:").values_list(
            "status", flat=True
        )
        if len(jobs) != signal.reached:
            yield f"signal {signal.message_id} reached {signal.reached} and became {len(jobs)} jobs"
        if open_ones := [status for status in jobs if status != Wait.Status.DONE]:
            yield f"signal {signal.message_id}: of its jobs {len(open_ones)} are not done"


def _begun(record: Record) -> Iterator[str]:
    """One errand began for each signal and each hour that has come."""
    begun = Counter(_origins().values())
    drills = sum(name.startswith(DRILL) for name in record.sent)
    if begun["drilled"] != drills:
        yield f"{drills} signals were to start an errand, and {begun['drilled']} began by one"
    for element, times in record.hours.items():
        if begun[element] != times:
            yield f"{element} has come {times} times, and {begun[element]} errands began by it"


def _ways() -> Iterator[str]:
    """Each errand went its one way: every step of it once."""
    skips = set(
        RepairMade.objects.filter(action="skip").values_list("completion__instance", flat=True).distinct()
    )
    steps = _steps()
    for instance, origin in sorted(_origins().items()):
        way = Counter(steps[instance])
        wanted = LOOKED
        if origin == "asked":
            wanted = HEARD if instance in skips else HEARD + Counter({STAMPED: 1})
        if way != wanted:
            yield f"errand {instance} began at {origin} and its steps are {dict(sorted(way.items()))}"
    skipped = Counter(RepairMade.objects.filter(action="skip").values_list("completion__instance", flat=True))
    for instance, times in sorted(skipped.items()):
        if times > 1:
            yield f"errand {instance}: its stamp was skipped {times} times"


def _cases() -> Iterator[str]:
    """Every errand is the process of one case, and both are over."""
    instances = ProcessInstance.objects.filter(definition__key=PROCESS)
    cases = Counter(Case.objects.filter(process_key=PROCESS).values_list("instance", flat=True))
    for key, status in instances.order_by("id").values_list("pk", "status"):
        if status != ProcessInstance.Status.COMPLETED:
            yield f"errand {key} is {status}"
        if cases[key] != 1:
            yield f"errand {key} is the process of {cases[key]} cases"


def _rests() -> Iterator[str]:
    """Nothing rests any more, and every case went on as often as it came to rest."""
    for standing in Suspension.objects.filter(resumed_at=None).order_by("id"):
        yield f"{standing.process or f'errand {standing.instance_id}'} rests"
    for wait in Wait.objects.filter(status=Wait.Status.HELD).order_by("id"):
        yield f"job {wait.pk} ({wait.topic}) rests"
    rested = Counter(AuditEntry.objects.filter(action="case.suspended").values_list("chain", flat=True))
    went_on = Counter(AuditEntry.objects.filter(action="case.resumed").values_list("chain", flat=True))
    for chain in sorted({*rested, *went_on}):
        if rested[chain] != went_on[chain]:
            yield f"{chain} came to rest {rested[chain]} times and went on {went_on[chain]} times"


def _origins() -> Mapping[int, str]:
    """At which start event each errand began."""
    return dict(
        Completion.objects.filter(instance__definition__key=PROCESS, kind=KINDS.START).values_list(
            "instance", "element"
        )
    )


def _steps() -> Mapping[int, Iterable[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = Completion.objects.filter(instance__definition__key=PROCESS).exclude(
        kind__in=(*BESIDE, KINDS.START)
    )
    for instance, kind, element in rows.values_list("instance", "kind", "element"):
        found[instance].append(f"{kind} {element}")
    return found
