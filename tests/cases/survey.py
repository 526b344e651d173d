"""The handlers of the test survey: one in the step that looks at its case, one as a job."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from cases import deadlines
from cases.services.handlers_api import case_of, set_outcome
from engine.handlers import HandlerContext, handler

FOLDER: Final = Path(__file__).parent / "campaigned" / "survey"
deadlines.declare("campaign", days=20, lv="Aptaujas termiņš", en="Time to answer the survey")
# Organisations, by name, whose survey cannot be prepared.
broken: set[str] = set()


@handler("survey.prepare", runs="in_step")
def prepare(context: HandlerContext) -> Mapping[str, Any]:
    """Looks at the case and writes to it."""
    case = case_of(context)
    if case.organisation.name in broken:
        raise RuntimeError("broken")
    set_outcome(case, "asked")
    return {"rank": len(case.organisation.name)}


@handler("survey.count", runs="job", repeat="safe")
def count(_context: HandlerContext) -> None:
    """Nothing to do."""
