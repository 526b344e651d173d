"""What the core refuses; the docstring of an error is its message for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.core.decisions import Problem
    from engine.core.definition import Violation


class CoreError(Exception):
    """The process could not go on."""

    # Where a person's step met it; `engine.services.stuck` says so.
    place: object = None

    def __init__(self, **details: object) -> None:
        self.details = details
        super().__init__(self.message)

    @classmethod
    def words(cls) -> str:
        """The docstring, in English; whoever shows it to people looks its translation up."""
        return (cls.__doc__ or "").strip()

    @property
    def message(self) -> str:
        """The words, with the details that tell one refusal from another."""
        told = ", ".join(f"{name}: {value}" for name, value in self.details.items())
        return f"{self.words()} ({told})" if told else self.words()


class WaitNotFound(CoreError):
    """This task, job or timer is not open any more."""


class StartNotFound(CoreError):
    """The process has no such start event."""


class UndeclaredVariable(CoreError):
    """The process does not declare this variable."""


class WrongType(CoreError):
    """The value does not have the type that the process declares for it."""


class WriteRefused(CoreError):
    """This element may not write this variable."""


class ErrorNotCaught(CoreError):
    """No boundary event of the diagram catches this error."""


class BudgetExceeded(CoreError):
    """The step ran through too many elements or for too long."""


class TooManyInstances(CoreError):
    """An activity would have more than 500 instances, or too many subprocesses would be open at once."""


class TooDeep(CoreError):
    """The instance has grown too deep to be stored."""


class TooLarge(CoreError):
    """The instance has grown too large to be stored."""


class StateUnreadable(CoreError):
    """The stored state of the instance cannot be read."""


class MigrationRefused(CoreError):
    """The instance cannot follow to this version of its process."""


class StateUnstorable(CoreError):
    """A value of the instance has no stored form."""


class MachineBroken(CoreError):
    """An earlier step failed, so this machine must be loaded again."""


class ExpressionInvalid(CoreError):
    """The expression is not written in the language of the diagrams."""


class CellInvalid(ExpressionInvalid):
    """The cell of the decision table is not written in the language of the tables."""

    def __init__(self, kind: str, written: str, **more: object) -> None:
        self.kind = kind
        self.written = written
        super().__init__(written=written[:80], because=kind, **more)


class ExpressionFailed(CoreError):
    """The expression has no result for the values that it met."""


class NoRuleMatched(CoreError):
    """No rule of the decision table matches."""


class SeveralRulesMatched(CoreError):
    """Several rules of a decision table match where only one may."""


class RulesDisagree(CoreError):
    """Several rules of the decision table match, and their results differ."""


class InputNotAllowed(CoreError):
    """The decision table does not know this value."""


class OutputNotAllowed(CoreError):
    """The decision table gives a result that it does not allow."""


class NoVersionValid(CoreError):
    """No version of the decision table is valid on this day."""


class TableInvalid(ExpressionInvalid):
    """The decision table cannot be evaluated."""

    def __init__(self, problems: Sequence[Problem], **details: object) -> None:
        self.problems = tuple(problems)
        super().__init__(**details, because=", ".join(dict.fromkeys(one.kind for one in problems)))


class NoFlowChosen(CoreError):
    """No sequence flow of the gateway may be taken."""


class RepairRefused(CoreError):
    """This repair is not possible."""


class TargetNotEnterable(RepairRefused):
    """The process cannot be moved to this element. Choose a task, an event or a gateway on the way itself."""


class TargetIsJoin(RepairRefused):
    """Paths meet at this gateway, so it must be reached by them. Choose the element behind it."""


class TargetInMany(RepairRefused):
    """This element is repeated, and the step is not in the same one of them. Choose the whole of it."""


class JoinWouldStarve(RepairRefused):
    """After this a gateway would wait for ever for a path that nobody is on. Choose another element."""


class TokensWouldMeet(RepairRefused):
    """After this the same element would be under way twice. Choose another element."""


class NotOnTheWay(RepairRefused):
    """This event only stands beside an element that is under way. Repair the element itself."""


class NumberInUse(RepairRefused):
    """A task is under way whose number of instances hangs on this variable."""


class KeyOfEach(RepairRefused):
    """Each of several has this value from the list, so it cannot be set for one of them."""


class DiagramRefused(CoreError):
    """The diagram is refused."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        self.violations = tuple(violations)
        super().__init__(rules="; ".join(f"{v.rule} {v.element}: {v.message_en}" for v in self.violations))
