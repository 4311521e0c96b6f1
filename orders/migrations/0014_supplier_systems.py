"""Suppliers with an order system of their own, and what is pushed to it."""

import core.fields
import django.db.models.deletion
from django.db import migrations, models

from core.database.sql_files import statements


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0005_reference_version"),
        ("orders", "0013_promotions"),
    ]

    operations = [
        migrations.AddField(
            model_name="supplier",
            name="system",
            field=models.OneToOneField(
                blank=True,
                help_text="The provider whose system is told of orders. Empty: the supplier has none.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="supplier",
                to="core.provider",
                verbose_name="order system",
            ),
        ),
        migrations.CreateModel(
            name="SupplierWebhook",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("placed", "ordered"), ("cancelled", "cancelled"), ("returned", "brought back")],
                        max_length=9,
                        verbose_name="event",
                    ),
                ),
                (
                    "about",
                    models.UUIDField(
                        help_text="The order, or the return of goods, that it tells of.", verbose_name="about"
                    ),
                ),
                ("body", models.JSONField(verbose_name="body")),
                (
                    "status",
                    models.CharField(
                        choices=[("waiting", "waiting"), ("delivered", "delivered"), ("failed", "failed")],
                        default="waiting",
                        max_length=9,
                        verbose_name="status",
                    ),
                ),
                (
                    "round",
                    models.PositiveSmallIntegerField(
                        default=1,
                        help_text="Sending it again begins another round of attempts.",
                        verbose_name="round",
                    ),
                ),
                ("round_began_at", models.DateTimeField(verbose_name="round began at")),
                ("attempts", models.PositiveIntegerField(default=0, verbose_name="attempts")),
                ("next_attempt_at", models.DateTimeField(blank=True, null=True, verbose_name="next attempt at")),
                ("made_at", models.DateTimeField(verbose_name="at")),
                ("delivered_at", models.DateTimeField(blank=True, null=True, verbose_name="delivered at")),
                ("last_error", models.CharField(blank=True, max_length=60, verbose_name="last error")),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="webhooks",
                        to="orders.order",
                        verbose_name="order of goods",
                    ),
                ),
                (
                    "supplier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="webhooks",
                        to="orders.supplier",
                        verbose_name="supplier",
                    ),
                ),
            ],
            options={
                "verbose_name": "webhook to a supplier",
                "verbose_name_plural": "webhooks to suppliers",
                "indexes": [
                    models.Index(condition=models.Q(("status", "failed")), fields=["made_at"], name="webhook_failed"),
                    models.Index(fields=["order", "-id"], name="webhook_of_order"),
                    models.Index(
                        condition=models.Q(("delivered_at__isnull", False)),
                        fields=["delivered_at"],
                        name="webhook_by_delivery",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("supplier", "kind", "about"), name="supplier_is_told_of_an_event_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("delivered_at__isnull", False), ("status", "delivered")),
                            models.Q(models.Q(("status", "delivered"), _negated=True), ("delivered_at", None)),
                            _connector="OR",
                        ),
                        name="webhook_says_when_it_was_delivered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("next_attempt_at__isnull", False), ("status", "waiting")),
                            models.Q(models.Q(("status", "waiting"), _negated=True), ("next_attempt_at", None)),
                            _connector="OR",
                        ),
                        name="webhook_has_a_next_attempt_exactly_while_it_waits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "failed"), _negated=True),
                            models.Q(("last_error", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="failed_webhook_says_why",
                    ),
                ],
            },
        ),
        statements("orders", "supplier_triggers"),
    ]
