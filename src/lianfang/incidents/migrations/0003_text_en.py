from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0002_gate_channel"),
    ]

    operations = [
        migrations.AddField(
            model_name="tip",
            name="text_en",
            field=models.CharField(blank=True, max_length=1000, default=""),
            preserve_default=False,
        ),
    ]
