"""A slip keeps the names of the day on which it was given out."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("finance", "0017_bank_lines_have_a_country")]

    operations = [
        migrations.AddField(
            model_name="receipt",
            name="names",
            field=models.JSONField(
                default=dict,
                help_text="When it was given out: station, payer (masked), village (id).",
                verbose_name="names",
            ),
        ),
    ]
