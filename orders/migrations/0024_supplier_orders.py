"""Orders to suppliers that keep goods, and what their systems say of them."""

import core.fields
import django.db.models.deletion
from django.db import migrations, models

from core.database.sql_files import statements


class Migration(migrations.Migration):
    dependencies = [("orders", "0023_supply")]

    operations = [
        migrations.CreateModel(
            name="SupplierOrder",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("body", models.JSONField(verbose_name="body")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "to be sent"),
                            ("unknown", "no answer, enquired"),
                            ("pending", "not decided yet"),
                            ("confirmed", "confirmed"),
                            ("partly", "confirmed in part"),
                            ("refused", "refused"),
                            ("releasing", "being released"),
                            ("released", "released"),
                            ("failed", "to be examined"),
                        ],
                        default="waiting",
                        max_length=9,
                        verbose_name="status",
                    ),
                ),
                ("supplier_ref", core.fields.LineField(blank=True, max_length=64, verbose_name="supplier's reference")),
                (
                    "round",
                    models.PositiveSmallIntegerField(
                        default=1, help_text="Releasing it begins another round of attempts.", verbose_name="round"
                    ),
                ),
                ("round_began_at", models.DateTimeField(verbose_name="round began at")),
                ("attempts", models.PositiveIntegerField(default=0, verbose_name="attempts")),
                ("next_attempt_at", models.DateTimeField(blank=True, null=True, verbose_name="next attempt at")),
                ("made_at", models.DateTimeField(verbose_name="at")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered at")),
                ("last_error", models.CharField(blank=True, max_length=60, verbose_name="last error")),
                (
                    "fulfilment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supplier_order",
                        to="orders.fulfilment",
                        verbose_name="goods to send",
                    ),
                ),
                (
                    "supplier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supplier_orders",
                        to="orders.supplier",
                        verbose_name="supplier",
                    ),
                ),
            ],
            options={
                "verbose_name": "order to a supplier",
                "verbose_name_plural": "orders to suppliers",
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "failed")), fields=["made_at"], name="supplier_order_failed"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("next_attempt_at__isnull", False),
                                ("status__in", ["waiting", "unknown", "pending", "releasing"]),
                            ),
                            models.Q(
                                models.Q(("status__in", ["waiting", "unknown", "pending", "releasing"]), _negated=True),
                                ("next_attempt_at", None),
                            ),
                            _connector="OR",
                        ),
                        name="supplier_order_has_a_next_attempt_exactly_while_it_is_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ["confirmed", "partly", "refused"]), _negated=True),
                            ("answered_at__isnull", False),
                            _connector="OR",
                        ),
                        name="supplier_order_says_when_it_was_answered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "failed"), _negated=True),
                            models.Q(("last_error", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="failed_supplier_order_says_why",
                    ),
                ],
            },
        ),
        statements("orders", "supplier_order_triggers"),
    ]
