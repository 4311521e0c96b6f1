"""Payments and money owed follow a record that is merged, and find their way back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("finance", "0009_shares_in_their_order"),
    ]

    operations = [
        migrations.CreateModel(
            name="MergedPayer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("kept", models.UUIDField(verbose_name="kept record")),
                ("merged", models.UUIDField(verbose_name="merged record")),
                ("payments", models.JSONField(verbose_name="payments")),
                ("refunds", models.JSONField(verbose_name="money owed")),
                ("moved_at", models.DateTimeField(verbose_name="moved at")),
                ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="moved back at")),
            ],
            options={
                "verbose_name": "merged payer",
                "verbose_name_plural": "merged payers",
                "indexes": [models.Index(fields=["merged"], name="merged_payer_by_record")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kept", models.F("merged")), _negated=True),
                        name="payer_is_merged_into_another",
                    )
                ],
            },
        ),
    ]
