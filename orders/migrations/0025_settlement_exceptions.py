"""What a settlement could not settle is set apart with its reason."""

import core.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0024_supplier_orders"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SettlementException",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("error", core.fields.LineField(max_length=200, verbose_name="why")),
                ("found_at", models.DateTimeField(verbose_name="found at")),
                ("resolved_at", models.DateTimeField(blank=True, null=True, verbose_name="settled at")),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="settlement_exceptions",
                        to="orders.lot",
                        verbose_name="lot of produce",
                    ),
                ),
                (
                    "resolved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="settled by",
                    ),
                ),
                (
                    "statement",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="settlement_exceptions",
                        to="orders.farmerstatement",
                        verbose_name="farmer's statement",
                    ),
                ),
            ],
            options={
                "verbose_name": "statement set apart by a settlement",
                "verbose_name_plural": "statements set apart by settlements",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("resolved_at", None)),
                        fields=("lot", "statement"),
                        name="statement_is_set_apart_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("resolved_at", None), ("resolved_by", None)),
                            models.Q(("resolved_at__isnull", False), ("resolved_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="statement_set_apart_is_settled_by_somebody",
                    ),
                ],
            },
        ),
    ]
