"""Fees that lenders pay for loans that partners have recommended."""

import core.fields
import django.db.models.deletion
from django.db import migrations, models

from core.database.sql_files import statements


class Migration(migrations.Migration):
    dependencies = [
        ("finance", "0032_loan_groups"),
    ]

    operations = [
        migrations.CreateModel(
            name="RecommendationFee",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "stage",
                    models.CharField(
                        choices=[("paid_out", "paid out"), ("half_term", "half of the term"), ("repaid", "repaid")],
                        max_length=10,
                        verbose_name="stage",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("earned", "earned"),
                            ("missed", "not earned: too late at half term"),
                            ("reversed", "reversed"),
                        ],
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                ("base_minor", models.BigIntegerField(verbose_name="part of the amount")),
                ("business_date", models.DateField(verbose_name="business date")),
                ("reversed_date", models.DateField(blank=True, null=True, verbose_name="reversed on")),
                (
                    "loan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recommendation_fees",
                        to="finance.loan",
                        verbose_name="loan",
                    ),
                ),
            ],
            options={
                "verbose_name": "fee for a recommended loan",
                "verbose_name_plural": "fees for recommended loans",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "reversed"), _negated=True),
                        fields=("loan", "stage"),
                        name="recommendation_earns_each_stage_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("base_minor__gt", 0),
                            models.Q(
                                ("stage", "half_term"), models.Q(("status", "missed"), _negated=True), _connector="OR"
                            ),
                        ),
                        name="recommendation_fee_is_missed_at_half_term_only",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reversed_date__isnull", False), ("status", "reversed")),
                            models.Q(models.Q(("status", "reversed"), _negated=True), ("reversed_date", None)),
                            _connector="OR",
                        ),
                        name="recommendation_fee_says_when_it_was_taken_back",
                    ),
                ],
            },
        ),
        statements("finance", "recommendation_fees"),
    ]
