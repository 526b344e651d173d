"""The message that the deadline of a case was extended: by how much, why, and until when."""

from cases import clocks
from cases.clock_words import by_lv, explain_clock
from cases.deadlines import Count
from cases.due_words import count_en
from cases.models import ClockExtension
from engine import catalog

from .general import letter
from .kinds import MessageContext, Words, message_kind


@message_kind(
    "case.extended",
    lv="Pagarināts termiņš",
    en="Deadline extended",
    subject=(
        "[lietas numurs]: pagarināts lēmuma termiņš",
        "[case number]: the deadline for the decision was extended",
    ),
)
def case_extended(context: MessageContext) -> Words:
    """The deadline of the recipient's case was extended."""
    case = context.case
    row = ClockExtension.objects.filter(case=case).order_by("-at", "-id").first() if case else None
    clock = clocks.clock_of(case.instance_id) if case else None
    if case is None or row is None or clock is None:
        raise LookupError(context.kind)
    count = clocks.count_of(catalog.definition(case.instance.definition_id), clock)
    told = explain_clock(clock, count, now=context.at, yours=True)
    days = Count(row.days, count.unit)
    return letter(
        context,
        lv=(
            f"{context.number}: pagarināts lēmuma termiņš",
            f"Lietā {context.number} ({context.process('lv')}) lēmuma termiņš ir pagarināts par "
            f"{by_lv(days)}.\n\nPamatojums: {row.reason}\n\n{told.text_lv}\n\n{context.case_address}",
        ),
        en=(
            f"{context.number}: the deadline for the decision was extended",
            f"In case {context.number} ({context.process('en')}) the deadline for the decision was extended "
            f"by {count_en(days)}.\n\nReason: {row.reason}\n\n{told.text_en}\n\n{context.case_address}",
        ),
    )
