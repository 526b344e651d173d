"""An index for the inbox of one process: what a group has free of one form, most urgent first."""

from django.db import migrations

FREE = """
CREATE INDEX task_open_form ON engine_task ("group", element, form_key, due_at, id)
WHERE status = 'open' AND assignee = ''
"""


class Migration(migrations.Migration):
    """Written by hand."""

    dependencies = [("cases", "0002_status_guard"), ("engine", "0002_guards")]

    operations = [migrations.RunSQL(FREE, "DROP INDEX task_open_form")]
