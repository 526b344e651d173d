"""Keeps which rules of which decision tables fired in a step, and with what; added to and never rewritten."""

import django.db.models.deletion
from django.db import migrations, models

GUARD = """
CREATE TRIGGER decisions_are_not_rewritten BEFORE UPDATE ON engine_decisionmade FOR EACH ROW
EXECUTE FUNCTION engine_refuse('history is only added to');
"""
NO_GUARD = "DROP TRIGGER decisions_are_not_rewritten ON engine_decisionmade;"


class Migration(migrations.Migration):
    """One row for each decision table that a step asks."""

    dependencies = [("engine", "0004_stopped_waits")]
    operations = [
        migrations.CreateModel(
            name="DecisionMade",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("element", models.CharField(max_length=100)),
                ("decision", models.CharField(max_length=200)),
                ("digest", models.CharField(max_length=64)),
                ("rules", models.JSONField()),
                ("inputs", models.JSONField()),
                ("outputs", models.JSONField()),
                ("at", models.DateTimeField()),
                (
                    "completion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="decisions_made",
                        to="engine.completion",
                    ),
                ),
                (
                    "instance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="decisions",
                        to="engine.processinstance",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(models.F("instance"), models.F("decision"), name="decision_of_instance")],
                "constraints": [
                    models.UniqueConstraint(fields=("completion", "position"), name="decision_position_once")
                ],
            },
        ),
        migrations.RunSQL(GUARD, NO_GUARD),
    ]
