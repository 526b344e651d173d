"""Records a case as a scenario without its people: the walk of the diagram that a test can take again."""

from .scenarios import NotRecordable, Recording, recorded_scenario, recording_of
from .walking import Walk, walk

__all__ = ["NotRecordable", "Recording", "Walk", "recorded_scenario", "recording_of", "walk"]
