from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("gates", "0005_keeping"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="pass",
            index=models.Index(fields=["state", "area"], name="pass_state"),
        ),
    ]
