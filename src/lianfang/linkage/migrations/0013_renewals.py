from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("linkage", "0012_people_by_uid")]

    operations = [
        migrations.AlterField(
            model_name="import",
            name="kind",
            field=models.CharField(
                choices=[("add", "Add"), ("withdraw", "Withdraw"), ("renew", "Renew")],
                default="add",
                max_length=8,
            ),
        ),
    ]
