"""Facts of which no statement could be made."""

import core.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("education", "0024_packages"),
    ]

    operations = [
        migrations.CreateModel(
            name="UntoldFact",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("error", core.fields.LineField(max_length=200, verbose_name="why")),
                ("found_at", models.DateTimeField(verbose_name="found at")),
                ("tried_at", models.DateTimeField(verbose_name="tried at")),
                ("told_at", models.DateTimeField(blank=True, null=True, verbose_name="told at")),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="untold",
                        to="education.recordstore",
                        verbose_name="learning record store",
                    ),
                ),
            ],
            options={
                "verbose_name": "fact without a statement",
                "verbose_name_plural": "facts without a statement",
                "indexes": [
                    models.Index(
                        condition=models.Q(("told_at", None)), fields=["store", "tried_at"], name="fact_to_tell_again"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("tried_at__gte", models.F("found_at"))),
                        name="untold_fact_is_tried_after_found",
                    )
                ],
            },
        ),
    ]
