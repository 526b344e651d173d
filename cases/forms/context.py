"""What the sources and checks of a form may look at."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from accounts.actors import Actor
from cases.models import Case
from engine.models import Task

RIGA = ZoneInfo("Europe/Riga")


@dataclass(frozen=True, slots=True)
class FormContext:
    """The case and the task that the form belongs to, who fills it in, and when."""

    case: Case
    task: Task | None
    user: Actor
    now: datetime

    @property
    def today(self) -> date:
        """The day in Riga."""
        return self.now.astimezone(RIGA).date()
