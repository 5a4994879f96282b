import lianfang.kernel.fields
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import Count, Max, Q
from django.db.models.functions import TruncHour

from lianfang.kernel.clock import LOCAL


def counted(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The crossings that are there already. A gate counts where its compound lay last."""
    crossings = apps.get_model("gates", "Crossing")._base_manager.using(schema_editor.connection.alias)
    hours = apps.get_model("gates", "GateHour")
    keys = ("gate", "hour", "direction", "decision")
    rows = (
        crossings.order_by()
        .annotate(hour=TruncHour("at", tzinfo=LOCAL))
        .values(*keys)
        .annotate(
            last_path=Max("path"),
            last_compound=Max("compound"),
            crossings=Count("pk"),
            fevers=Count("pk", filter=Q(fever=True)),
        )
    )
    hours._base_manager.using(schema_editor.connection.alias).bulk_create(
        (
            hours(
                path=one["last_path"],
                compound=one["last_compound"],
                crossings=one["crossings"],
                fevers=one["fevers"],
                **{name: one[name] for name in keys},
            )
            for one in rows.iterator(chunk_size=2_000)
        ),
        batch_size=1_000,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("gates", "0007_passes_of_whole_areas"),
    ]

    operations = [
        migrations.CreateModel(
            name="GateHour",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("path", lianfang.kernel.fields.PathField(blank=True, max_length=200)),
                ("compound", models.BigIntegerField()),
                ("gate", models.BigIntegerField()),
                ("hour", models.DateTimeField()),
                ("direction", models.CharField(max_length=3)),
                ("decision", models.CharField(max_length=8)),
                ("crossings", models.PositiveIntegerField()),
                ("fevers", models.PositiveIntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["path", "hour"], name="gate_hour_path"),
                    models.Index(fields=["compound", "hour"], name="gate_hour_compound"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("gate", "hour", "direction", "decision"), name="gate_hour_once"
                    )
                ],
            },
        ),
        migrations.RunPython(counted, migrations.RunPython.noop, elidable=True),
    ]
