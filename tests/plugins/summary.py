"""Lines for the end of a run, from whichever of its processes found them."""

from __future__ import annotations

from typing import Any

import pytest

_KEY = "summary"
_lines: dict[str, str] = {}


def tell(about: str, line: str) -> None:
    """Print the line when the run has ended; the last one about a thing counts."""
    _lines[about] = line


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A process that runs a part of the tests hands its lines on."""
    handed: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if handed is not None:
        handed[_KEY] = _lines


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take what a process handed on; one that crashed handed nothing."""
    _lines.update(getattr(node, "workeroutput", {}).get(_KEY, {}))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print them in the order of what they are about."""
    for _, line in sorted(_lines.items()):
        terminalreporter.write_line(line)
