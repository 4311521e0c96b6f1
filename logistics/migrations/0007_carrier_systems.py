"""Carriers whose own systems say where parcels are."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0005_reference_version"),
        ("logistics", "0006_outside"),
    ]

    operations = [
        migrations.AddField(
            model_name="carrier",
            name="system",
            field=models.OneToOneField(
                blank=True,
                help_text="The provider whose callbacks say where its parcels are. Empty: people record what it says.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="carrier",
                to="core.provider",
                verbose_name="tracking system",
            ),
        ),
    ]
