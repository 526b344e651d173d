"""What resolves the incident of a person's step: its task closes, or its process is started after all."""

from django.db import migrations

RESOLVES = """
CREATE FUNCTION engine_task_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE engine_incident
    SET resolved_at = NEW.closed_at, resolved_by = coalesce(nullif(NEW.completed_by, ''), 'system')
    WHERE task_id = NEW.id AND resolved_at IS NULL;
    RETURN NULL;
END $$;

CREATE TRIGGER closing_resolves_incidents AFTER UPDATE OF status ON engine_task FOR EACH ROW
WHEN (OLD.status = 'open' AND NEW.status <> 'open')
EXECUTE FUNCTION engine_task_closed();

CREATE FUNCTION engine_instance_started() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE engine_incident SET resolved_at = NEW.started_at, resolved_by = 'system'
    WHERE instance_id IS NULL AND process <> '' AND resolved_at IS NULL
        AND process = (SELECT key FROM engine_processdefinition WHERE id = NEW.definition_id);
    RETURN NULL;
END $$;

CREATE TRIGGER starting_resolves_incidents AFTER INSERT ON engine_processinstance FOR EACH ROW
EXECUTE FUNCTION engine_instance_started();
"""
NOTHING_RESOLVES = """
DROP TRIGGER starting_resolves_incidents ON engine_processinstance;
DROP TRIGGER closing_resolves_incidents ON engine_task;
DROP FUNCTION engine_instance_started();
DROP FUNCTION engine_task_closed();
"""


class Migration(migrations.Migration):
    """Triggers resolve the incidents of steps that pass, in the transaction of the step."""

    dependencies = [("engine", "0003_incidents_of_steps")]
    operations = [migrations.RunSQL(RESOLVES, NOTHING_RESOLVES)]
