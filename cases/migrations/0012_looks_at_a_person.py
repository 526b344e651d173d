from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0011_audit_seals")]

    operations = [
        # Who looked at a person: their id among the persons that a row names. The row's digest covers it,
        # so there is no second table that could say otherwise.
        migrations.RunSQL(
            "CREATE INDEX audit_of_person ON cases_auditentry USING gin ((fields -> 'persons') jsonb_path_ops) "
            "WITH (fastupdate = off) WHERE fields ? 'persons'",
            "DROP INDEX audit_of_person",
        ),
    ]
