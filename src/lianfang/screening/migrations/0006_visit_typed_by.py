from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("screening", "0005_counts_from_an_index"),
    ]

    operations = [
        migrations.AddField(
            model_name="visit",
            name="typed_by_name",
            field=models.CharField(blank=True, max_length=150),
        ),
    ]
