"""What the database itself refuses, and how it wakes the workers."""

from django.db import migrations

GUARDS = """
CREATE FUNCTION engine_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on %: %', TG_OP, TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = 'check_violation';
END $$;

CREATE TRIGGER instance_moves_forward BEFORE UPDATE ON engine_processinstance FOR EACH ROW
WHEN (NEW.version < OLD.version OR (OLD.status <> 'running' AND NEW.status IS DISTINCT FROM OLD.status))
EXECUTE FUNCTION engine_refuse('an instance never goes back and an ended one stays ended');

CREATE TRIGGER task_closes_once BEFORE UPDATE OF status ON engine_task FOR EACH ROW
WHEN (OLD.status <> 'open' AND NEW.status IS DISTINCT FROM OLD.status)
EXECUTE FUNCTION engine_refuse('a closed task stays closed');

CREATE TRIGGER wait_closes_once BEFORE UPDATE OF status ON engine_wait FOR EACH ROW
WHEN (OLD.status IN ('done', 'cancelled') AND NEW.status IS DISTINCT FROM OLD.status)
EXECUTE FUNCTION engine_refuse('a job or timer that is over stays over');

CREATE TRIGGER history_is_not_rewritten BEFORE UPDATE ON engine_completion FOR EACH ROW
EXECUTE FUNCTION engine_refuse('history is only added to');

CREATE FUNCTION engine_wake() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('viis_jobs', '');
    RETURN NULL;
END $$;

CREATE TRIGGER job_wakes_workers AFTER INSERT ON engine_wait FOR EACH ROW
WHEN (NEW.kind = 'job' AND NEW.due_at <= NEW.created_at)
EXECUTE FUNCTION engine_wake();
"""
NO_GUARDS = """
DROP TRIGGER job_wakes_workers ON engine_wait;
DROP TRIGGER history_is_not_rewritten ON engine_completion;
DROP TRIGGER wait_closes_once ON engine_wait;
DROP TRIGGER task_closes_once ON engine_task;
DROP TRIGGER instance_moves_forward ON engine_processinstance;
DROP FUNCTION engine_wake();
DROP FUNCTION engine_refuse();
"""


class Migration(migrations.Migration):
    """Triggers guard the states of the engine's rows and notify the channel `viis_jobs`."""

    dependencies = [("engine", "0001_initial")]
    operations = [migrations.RunSQL(GUARDS, NO_GUARDS)]
