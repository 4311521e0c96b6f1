"""A measurement can correct another one, which stays as it is."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("health", "0014_exports")]

    operations = [
        migrations.AddField(
            model_name="observation",
            name="corrects",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrected_by",
                to="health.observation",
                verbose_name="corrects",
            ),
        ),
    ]
