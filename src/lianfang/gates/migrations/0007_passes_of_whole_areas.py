from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("gates", "0006_passes_by_state"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="pass",
            index=models.Index(
                condition=models.Q(("whole_area", True)), fields=["area"], name="pass_whole_area"
            ),
        ),
    ]
