"""Homework is handed in with a voice note where something is read aloud."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("education", "0020_rooms")]

    operations = [
        migrations.AddField(
            model_name="homeworkphoto",
            name="is_voice",
            field=models.BooleanField(default=False, verbose_name="voice note"),
        ),
    ]
