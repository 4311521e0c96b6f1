"""Events and keys of requests have names in both languages."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0006_daily_files_in_pieces"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="event",
            options={"verbose_name": "event", "verbose_name_plural": "events"},
        ),
        migrations.AlterModelOptions(
            name="requestkey",
            options={"verbose_name": "request key", "verbose_name_plural": "request keys"},
        ),
    ]
