"""Tasks in a list: which are asked for, a row of each, how many there are."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from cases.errors import Reason

Queue = Literal["mine", "group", "waiting", "all"]
# By due date, or by when the task came; each is the order of an index.
Sort = Literal["due", "newest"]
State = Literal["new", "mine", "taken", "returned", "corrected"]


@dataclass(frozen=True, slots=True)
class InboxFilters:
    """Which part: `mine` is assigned to me, `group` is free, `all` is both, `waiting` is others' turn."""

    queue: Queue = "mine"
    q: str = ""
    process: str = ""
    organisation: int | None = None
    overdue: bool = False
    due_week: bool = False
    sort: Sort = "due"


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """How many tasks; counting stops at 1000. The last two look at `mine` and `group` together.

    What four eyes keep one from doing is in `waiting`: it is others' turn.
    """

    mine: int
    group: int
    waiting: int
    overdue: int
    due_this_week: int


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A task in a list; `blocked` says why this person may not do it although it is in their group.

    `subject_name` is the person that its case is about, if any; `whose_lv` and `whose_en` say whose turn it
    is when it is not this person's; `bulk_lv` and `bulk_en` are the words of the decision that may be taken
    for many such tasks at once, empty where each is done by itself; `counted` is how the due date came about.
    """

    public_id: UUID
    element: str
    name_lv: str
    name_en: str
    form_key: str
    status: str
    group: str
    assignee: str
    assignee_name: str
    whose_lv: str
    whose_en: str
    is_mine: bool
    state: State
    opened_at: datetime
    due_at: datetime | None
    counted_lv: str
    counted_en: str
    is_overdue: bool
    blocked: Reason | None
    case_public_id: UUID
    case_number: str
    case_status: str
    subject_name: str
    process_key: str
    process_lv: str
    process_en: str
    organisation_id: int
    organisation: str
    municipality: str
    bulk_lv: str
    bulk_en: str


@dataclass(frozen=True, slots=True)
class Following:
    """The next task of a list; `left` is how many the list has, `is_below` whether it stands further down."""

    row: InboxRow
    left: int
    is_below: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A page in the order asked for; cursors are opaque and empty at the ends; `count` stops at 1000."""

    items: tuple[InboxRow, ...]
    next_cursor: str
    previous_cursor: str
    count: int
    counts: QueueCounts
