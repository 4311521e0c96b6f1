"""A name in the history of a division has its short form and its initials."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("stations", "0014_four_eyes_are_two_persons")]

    operations = [
        migrations.AddField(
            model_name="divisionname",
            name="initials",
            field=models.CharField(blank=True, max_length=60, verbose_name="initials"),
        ),
        migrations.AddField(
            model_name="divisionname",
            name="short_name",
            field=models.CharField(default="", max_length=120, verbose_name="short name"),
            preserve_default=False,
        ),
    ]
