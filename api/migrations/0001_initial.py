"""The count of requests, in a table that a crash may empty."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="RequestCount",
            fields=[
                ("who", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("minute", models.BigIntegerField()),
                ("taken", models.IntegerField()),
            ],
        ),
        migrations.RunSQL(
            "ALTER TABLE api_requestcount SET UNLOGGED", "ALTER TABLE api_requestcount SET LOGGED"
        ),
    ]
