"""Indexes for the inbox by when its tasks came: what a group has free, as a whole and of one form."""

from django.db import migrations

FREE = """
CREATE INDEX task_open_newest ON engine_task ("group", opened_at, id)
WHERE status = 'open' AND assignee = ''
"""
OF_FORM = """
CREATE INDEX task_open_form_newest ON engine_task ("group", element, form_key, opened_at, id)
WHERE status = 'open' AND assignee = ''
"""


class Migration(migrations.Migration):
    """Written by hand."""

    dependencies = [("cases", "0018_deadline_history"), ("engine", "0002_guards")]

    operations = [
        migrations.RunSQL(FREE, "DROP INDEX task_open_newest"),
        migrations.RunSQL(OF_FORM, "DROP INDEX task_open_form_newest"),
    ]
