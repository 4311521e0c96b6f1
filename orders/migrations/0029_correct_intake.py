"""A weight to which the farmer agreed by mistake is corrected by another intake."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0028_search_of_many"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="intake", name="advance_has_its_slip"),
        migrations.AddField(
            model_name="intake",
            name="corrects",
            field=models.OneToOneField(
                blank=True,
                help_text="The same fruit, weighed wrongly.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="correction",
                to="orders.intake",
                verbose_name="corrects the intake",
            ),
        ),
        migrations.AlterField(
            model_name="intake",
            name="status",
            field=models.CharField(
                choices=[
                    ("weighed", "weighed"),
                    ("graded", "graded"),
                    ("disputed", "disputed"),
                    ("regraded", "graded a second time"),
                    ("accepted", "accepted"),
                    ("rejected", "taken home"),
                    ("corrected", "weighed wrongly"),
                ],
                default="weighed",
                max_length=10,
                verbose_name="status",
            ),
        ),
        migrations.AddConstraint(
            model_name="intake",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("advance_at", None), ("advance_by", None), ("advance_minor", 0), ("advance_number", "")
                )
                | models.Q(
                    ("advance_at__isnull", False),
                    ("advance_by__isnull", False),
                    ("advance_minor__gt", 0),
                    ("status__in", ["accepted", "corrected"]),
                    models.Q(("advance_number", ""), _negated=True),
                ),
                name="advance_has_its_slip",
            ),
        ),
    ]
