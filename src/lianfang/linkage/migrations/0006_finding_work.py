from typing import Any

import django.utils.timezone
import lianfang.kernel.fields
from django.db import migrations, models
from django.db.models import OuterRef, Q, Subquery


def since_loaded(apps: Any, schema_editor: Any) -> None:
    """Findings of runs that are there already are known since their run was loaded."""
    finding, run = apps.get_model("linkage", "RunFinding"), apps.get_model("linkage", "Run")
    loaded = run.objects.filter(pk=OuterRef("run")).values("loaded_at")
    finding._base_manager.update(since=Subquery(loaded))


class Migration(migrations.Migration):
    dependencies = [("linkage", "0005_doors")]

    operations = [
        migrations.CreateModel(
            name="FindingNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("by", models.BigIntegerField(null=True)),
                ("by_name", models.CharField(max_length=150)),
                ("act", models.CharField(max_length=9)),
                ("text", models.CharField(blank=True, max_length=1000)),
                ("to", models.CharField(blank=True, max_length=80)),
                ("due", models.DateField(null=True)),
                ("before", models.JSONField(default=dict)),
                ("path", lianfang.kernel.fields.PathField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="FindingWork",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.BigIntegerField(unique=True)),
                ("code", models.CharField(max_length=40)),
                ("path", lianfang.kernel.fields.PathField(blank=True, max_length=200)),
                ("state", models.CharField(max_length=9)),
                ("assignee", models.BigIntegerField(null=True)),
                ("assignee_name", models.CharField(blank=True, max_length=80)),
                ("team", lianfang.kernel.fields.PathField(max_length=200, null=True)),
                ("team_name", models.CharField(blank=True, max_length=80)),
                ("due", models.DateField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("changed_at", models.DateTimeField()),
                ("changed_by", models.CharField(max_length=150)),
                ("note", models.CharField(blank=True, max_length=1000)),
            ],
        ),
        migrations.AddField("runfinding", "assignee", models.BigIntegerField(null=True)),
        migrations.AddField("runfinding", "due", models.DateField(null=True)),
        migrations.AddField(
            "runfinding",
            "since",
            models.DateTimeField(default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.RunPython(since_loaded, migrations.RunPython.noop),
        migrations.AddField("runfinding", "state", models.CharField(default="open", max_length=9)),
        migrations.AddField(
            "runfinding", "team", lianfang.kernel.fields.PathField(max_length=200, null=True)
        ),
        migrations.AddIndex(
            "runfinding",
            models.Index(condition=~Q(state="open"), fields=["run", "number"], name="run_finding_touched"),
        ),
        migrations.AddIndex(
            "runfinding", models.Index(fields=["run", "path", "number"], name="run_finding_path")
        ),
        migrations.AddIndex("findingnote", models.Index(fields=["key", "id"], name="finding_note_key")),
    ]
