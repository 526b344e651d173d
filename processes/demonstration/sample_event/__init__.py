"""An event at a school: its place is booked in a calendar outside, and each of its rooms prepared."""
