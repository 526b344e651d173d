"""The process of the errands in two versions: with hours that come during the run, and changed."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

FOLDER: Final = Path(__file__).parent / "errand"
RIGA: Final = ZoneInfo("Europe/Riga")
# So many timer start events are drawn.
HOURS: Final = 5
# What the second version says differently: when a look is due, and that it is filed.
CHANGED: Final = {
    "workdays(5)": "workdays(9)",
    '<bpmn:sequenceFlow id="looked" sourceRef="look" targetRef="end_looked" />': (
        '<bpmn:manualTask id="file" name="Ielikt lietā"><bpmn:extensionElements><camunda:properties>'
        '<camunda:property name="name:en" value="File" /></camunda:properties></bpmn:extensionElements>'
        '</bpmn:manualTask><bpmn:sequenceFlow id="looked" sourceRef="look" targetRef="file" />'
        '<bpmn:sequenceFlow id="filed" sourceRef="file" targetRef="end_looked" />'
    ),
}


def hours_from(now: datetime, coming: int) -> dict[str, datetime]:
    """When each timer start event comes, by its element: `coming` of them minute after minute, from the
    second on; the others were to come yesterday, and never do.
    """
    whole = now.replace(second=0, microsecond=0)
    gone = whole - timedelta(days=1)
    return {
        f"hour_{n}": whole + timedelta(minutes=n + 1) if n <= coming else gone for n in range(1, HOURS + 1)
    }


def write_folder(place: Path, hours: Mapping[str, datetime], version: int) -> Path:
    """The process folder of a version, ready to be deployed."""
    folder = place / f"version_{version}" / "errand"
    shutil.copytree(FOLDER, folder)
    diagram = folder / "errand.bpmn"
    text = diagram.read_text()
    for element, at in hours.items():
        text = text.replace(element.upper(), f"{at.astimezone(RIGA):%Y-%m-%dT%H:%M}")
    if version > 1:
        for before, after in CHANGED.items():
            assert before in text
            text = text.replace(before, after)
    diagram.write_text(text)
    return folder
