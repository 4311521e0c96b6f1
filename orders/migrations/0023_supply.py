"""Goods that suppliers keep: what an article's supply is, and who has confirmed what."""

import django.db.models.deletion
from django.db import migrations, models

from core.database.sql_files import function, statements


class Migration(migrations.Migration):
    dependencies = [("orders", "0022_unfetched_shipments"), ("core", "0005_reference_version")]

    operations = [
        migrations.RemoveConstraint(
            model_name="fulfilment",
            name="warehouse_sends_one_part_of_an_order",
        ),
        migrations.RemoveConstraint(
            model_name="fulfilment",
            name="fulfilment_has_a_parcel_exactly_when_packed",
        ),
        migrations.AddField(
            model_name="fulfilment",
            name="asked_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="supplier asked at"),
        ),
        migrations.AddField(
            model_name="fulfilment",
            name="confirm_by_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="to be confirmed before"),
        ),
        migrations.AddField(
            model_name="fulfilment",
            name="confirmed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="confirmed at"),
        ),
        migrations.AddField(
            model_name="fulfilment",
            name="shipped_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="sent by the supplier at"),
        ),
        migrations.AddField(
            model_name="fulfilment",
            name="supplier",
            field=models.ForeignKey(
                blank=True,
                help_text="Who keeps the goods. Empty: the warehouse has them.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="fulfilments",
                to="orders.supplier",
                verbose_name="supplier",
            ),
        ),
        migrations.AddField(
            model_name="orderline",
            name="supply",
            field=models.CharField(
                choices=[("stocked", "from a warehouse"), ("on_demand", "kept by its supplier")],
                db_default="stocked",
                default="stocked",
                max_length=9,
                verbose_name="supply",
            ),
        ),
        migrations.AddField(
            model_name="supplier",
            name="confirms_within_hours",
            field=models.PositiveSmallIntegerField(
                db_default=48,
                default=48,
                help_text="What it keeps and has not confirmed within so many hours is cancelled. For orders from now on.",
                verbose_name="hours to confirm",
            ),
        ),
        migrations.AddField(
            model_name="variant",
            name="supply",
            field=models.CharField(
                choices=[("stocked", "from a warehouse"), ("on_demand", "kept by its supplier")],
                db_default="stocked",
                default="stocked",
                help_text="What its supplier keeps is ordered there, line by line, and confirmed. For orders from now on.",
                max_length=9,
                verbose_name="supply",
            ),
        ),
        migrations.AlterField(
            model_name="fulfilment",
            name="status",
            field=models.CharField(
                choices=[
                    ("pending", "waiting for the supplier"),
                    ("allocated", "reserved"),
                    ("picked", "picked"),
                    ("packed", "packed"),
                    ("dispatched", "on its way"),
                    ("delivered", "handed over"),
                    ("not_taken", "not taken"),
                    ("returned", "back in the warehouse"),
                    ("lost", "lost on the way"),
                    ("cancelled", "cancelled"),
                ],
                default="allocated",
                max_length=12,
                verbose_name="status",
            ),
        ),
        migrations.AddIndex(
            model_name="fulfilment",
            index=models.Index(
                condition=models.Q(("status__in", ["pending", "allocated"]), ("supplier__isnull", False)),
                fields=["allocated_at"],
                name="fulfilment_at_supplier",
            ),
        ),
        migrations.AddConstraint(
            model_name="fulfilment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("supplier", None)),
                fields=("order", "warehouse"),
                name="warehouse_sends_one_part_of_an_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="fulfilment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("supplier__isnull", False), models.Q(("status", "cancelled"), _negated=True)),
                fields=("order", "supplier"),
                name="supplier_sends_one_part_of_an_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="fulfilment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("asked_at", None),
                        ("confirm_by_at", None),
                        ("confirmed_at", None),
                        ("shipped_at", None),
                        ("supplier", None),
                        models.Q(("status", "pending"), _negated=True),
                    ),
                    ("supplier__isnull", False),
                    _connector="OR",
                ),
                name="only_a_supplier_is_asked",
            ),
        ),
        migrations.AddConstraint(
            model_name="fulfilment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("asked_at", None), ("confirm_by_at", None)),
                    models.Q(("asked_at__isnull", False), ("confirm_by_at__gt", models.F("asked_at"))),
                    _connector="OR",
                ),
                name="supplier_that_is_asked_has_time_to_confirm",
            ),
        ),
        migrations.AddConstraint(
            model_name="fulfilment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("supplier", None),
                    models.Q(("confirmed_at", None), ("status", "pending")),
                    ("status", "cancelled"),
                    models.Q(
                        models.Q(("status__in", ["pending", "cancelled"]), _negated=True),
                        ("confirmed_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="goods_of_a_supplier_are_sent_once_confirmed",
            ),
        ),
        migrations.AddConstraint(
            model_name="fulfilment",
            constraint=models.CheckConstraint(
                condition=models.Q(("shipped_at", None), ("confirmed_at__isnull", False), _connector="OR"),
                name="supplier_sends_what_it_has_confirmed",
            ),
        ),
        migrations.AddConstraint(
            model_name="fulfilment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("parcel", None), ("status__in", ["pending", "allocated", "picked", "cancelled"])),
                    models.Q(
                        ("parcel__isnull", False),
                        ("status__in", ["packed", "dispatched", "delivered", "not_taken", "returned", "lost"]),
                    ),
                    _connector="OR",
                ),
                name="fulfilment_has_a_parcel_exactly_when_packed",
            ),
        ),
        migrations.AddConstraint(
            model_name="supplier",
            constraint=models.CheckConstraint(
                condition=models.Q(("confirms_within_hours__gte", 1)), name="supplier_has_time_to_confirm"
            ),
        ),
        function("orders", "orders_keep_fulfilment_line"),
        statements(
            "orders",
            "supply_triggers",
            backwards="""
            DROP TRIGGER columns_stay ON orders_fulfilment;
            DROP TRIGGER columns_stay ON orders_orderline;
            CALL keep_columns('orders_orderline', 'order_id', 'variant_id', 'quantity', 'unit_price_minor',
                'goods_minor', 'discount_minor', 'currency', 'return_window_days', 'accepts_change_of_mind');
            """,
        ),
    ]
