"""The database refuses what is no transition of a case; two indexes for lists."""

from django.db import migrations

GUARD = """
CREATE FUNCTION cases_guard_status() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status = OLD.status THEN
        RETURN NEW;
    END IF;
    -- One step may make several transitions: a decision that ends the process closes the case as well.
    IF (OLD.status = 'draft' AND NEW.status IN ('submitted', 'closed', 'withdrawn'))
        OR (OLD.status = 'submitted' AND NEW.status IN ('returned', 'decided', 'closed', 'withdrawn'))
        OR (OLD.status = 'returned' AND NEW.status IN ('submitted', 'closed', 'withdrawn'))
        OR (OLD.status = 'decided' AND NEW.status = 'closed')
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a case does not go from % to %', OLD.status, NEW.status USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER case_status_guard BEFORE UPDATE OF status ON cases_case
    FOR EACH ROW EXECUTE FUNCTION cases_guard_status();
"""
UNGUARD = """
DROP TRIGGER case_status_guard ON cases_case;
DROP FUNCTION cases_guard_status();
"""
# Colleagues' tasks of one's groups, for the queue of what waits for others.
TAKEN = """
CREATE INDEX task_open_group_taken ON engine_task ("group", due_at, id) WHERE status = 'open' AND assignee <> ''
"""
# The running number alone, as people say it on the phone.
RUNNING_NUMBER = "CREATE INDEX case_running_number ON cases_case (split_part(number, '-', 4))"


class Migration(migrations.Migration):
    """Written by hand."""

    dependencies = [("cases", "0001_initial"), ("engine", "0001_initial")]

    operations = [
        migrations.RunSQL(GUARD, UNGUARD),
        migrations.RunSQL(TAKEN, "DROP INDEX task_open_group_taken"),
        migrations.RunSQL(RUNNING_NUMBER, "DROP INDEX case_running_number"),
    ]
