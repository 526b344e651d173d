"""The calendar, due dates and the legal clock."""
