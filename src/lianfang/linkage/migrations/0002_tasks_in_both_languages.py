from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("linkage", "0001_initial")]

    operations = [
        *(migrations.RenameField("runtask", name, f"{name}_zh") for name in ("why", "people", "todo")),
        *(
            migrations.AddField("runtask", f"{name}_en", models.TextField(default=""))
            for name in ("why", "people", "todo")
        ),
    ]
