"""What the clients of a run know of the errands, to be compared with the rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Record:
    """What was accepted, by the sender's id; how often each timer start event has come; batches as told.

    `sent` are messages and signals, `batches` what the product said of each when it had ended, by its id.
    """

    sent: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    hours: Mapping[str, int] = field(default_factory=dict)
    batches: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
