"""Since when a station is seen, and the spans before; when a device reported."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("stations", "0009_name_keys_follow_stations")]

    operations = [
        migrations.AddField(
            model_name="device",
            name="reported_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="reported at"),
        ),
        migrations.AddField(
            model_name="station",
            name="seen_since",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name="SeenSpan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("from_at", models.DateTimeField(verbose_name="from")),
                ("to_at", models.DateTimeField(db_index=True, verbose_name="to")),
                (
                    "station",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="stations.station",
                    ),
                ),
            ],
            options={
                "verbose_name": "span in which a station was seen",
                "verbose_name_plural": "spans in which stations were seen",
                "indexes": [models.Index(fields=["station", "to_at"], name="seen_spans_of_station")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("to_at__gt", models.F("from_at"))), name="seen_span_ends_after_it_begins"
                    )
                ],
            },
        ),
    ]
