"""Who sold each line, who is told of goods that are not needed, and what a bank takes back after a hand-over."""

import django.db.models.deletion
import django.db.models.expressions
import phonenumber_field.modelfields
from django.conf import settings
from django.db import migrations, models

from core.database.sql_files import statements

# Of orders that were begun before, whoever sells the article now; then the checks that wait are made, so that the column
# may be closed in the same transaction.
SOLD_BY = """
UPDATE orders_orderline AS line SET supplier_id = product.supplier_id
  FROM orders_variant AS variant JOIN orders_product AS product ON product.id = variant.product_id
 WHERE variant.id = line.variant_id;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0025_settlement_exceptions"), ("stations", "0018_consents_by_withdrawal")]

    operations = [
        migrations.AddField(
            model_name="fulfilment",
            name="not_needed_at",
            field=models.DateTimeField(
                blank=True,
                help_text="Cancelled here after its supplier, who has no order system, was asked.",
                null=True,
                verbose_name="not needed since",
            ),
        ),
        migrations.AddField(
            model_name="fulfilment",
            name="supplier_told_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="supplier told at"),
        ),
        migrations.AddField(
            model_name="fulfilment",
            name="supplier_told_by",
            field=models.ForeignKey(
                blank=True,
                help_text="Empty: by a message that has arrived.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="supplier told by",
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="covered_minor",
            field=models.BigIntegerField(
                db_default=0,
                default=0,
                help_text="A bank took the payment of goods back that had been handed over.",
                verbose_name="put in by the platform",
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="waived_minor",
            field=models.BigIntegerField(
                db_default=0,
                default=0,
                help_text="Not paid after a bank took the payment back: written off, or the goods came back.",
                verbose_name="not owed any more",
            ),
        ),
        migrations.AddField(
            model_name="orderline",
            name="supplier",
            field=models.ForeignKey(
                help_text="Who sold the article when the order was begun, and is paid for it.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="orders.supplier",
                verbose_name="supplier",
            ),
        ),
        migrations.AddField(
            model_name="supplier",
            name="contact_language",
            field=models.CharField(
                choices=[("zh-hans", "简体中文"), ("en", "English")],
                db_default="zh-hans",
                default="zh-hans",
                max_length=16,
                verbose_name="language of the contact",
            ),
        ),
        migrations.AddField(
            model_name="supplier",
            name="contact_phone",
            field=phonenumber_field.modelfields.PhoneNumberField(
                blank=True,
                help_text="Who is told by SMS when ordered goods are not needed any more. Empty: the county calls.",
                max_length=128,
                region=None,
                verbose_name="phone of the contact",
            ),
        ),
        migrations.RemoveField(model_name="order", name="payment_status"),
        migrations.AddField(
            model_name="order",
            name="payment_status",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(
                        models.Q(
                            models.Q(("received_minor", 0), ("status", "cancelled")),
                            ("total_minor", 0),
                            _connector="OR",
                        ),
                        then=models.Value("voided"),
                    ),
                    models.When(
                        refunded_minor=models.F("received_minor"), refunded_minor__gt=0, then=models.Value("refunded")
                    ),
                    models.When(refunded_minor__gt=0, then=models.Value("partially_refunded")),
                    models.When(
                        received_minor=django.db.models.expressions.CombinedExpression(
                            models.F("total_minor"), "-", models.F("cancelled_minor")
                        ),
                        received_minor__gt=0,
                        then=models.Value("paid"),
                    ),
                    models.When(
                        received_minor=django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.F("total_minor"), "-", models.F("cancelled_minor")
                            ),
                            "-",
                            models.F("waived_minor"),
                        ),
                        then=models.Value("waived"),
                        waived_minor__gt=0,
                    ),
                    models.When(received_minor__gt=0, then=models.Value("partially_paid")),
                    models.When(pay_method="cash_on_delivery", status="placed", then=models.Value("cash_due")),
                    default=models.Value("none"),
                ),
                output_field=models.CharField(
                    choices=[
                        ("none", "nothing paid"),
                        ("cash_due", "cash on delivery"),
                        ("partially_paid", "partly paid"),
                        ("paid", "paid"),
                        ("partially_refunded", "partly refunded"),
                        ("refunded", "refunded"),
                        ("voided", "nothing to pay"),
                        ("waived", "not owed any more"),
                    ],
                    max_length=20,
                    verbose_name="payment",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="fulfilment",
            index=models.Index(
                condition=models.Q(("not_needed_at__isnull", False), ("supplier_told_at", None)),
                fields=["not_needed_at"],
                name="fulfilment_supplier_to_tell",
            ),
        ),
        migrations.AddConstraint(
            model_name="fulfilment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("not_needed_at", None),
                    models.Q(("asked_at__isnull", False), ("status", "cancelled")),
                    _connector="OR",
                ),
                name="cancelled_goods_that_were_asked_for_are_not_needed",
            ),
        ),
        migrations.AddConstraint(
            model_name="fulfilment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("supplier_told_at", None), ("supplier_told_by", None)),
                    models.Q(("not_needed_at__isnull", False), ("supplier_told_at__isnull", False)),
                    _connector="OR",
                ),
                name="supplier_is_told_of_what_is_not_needed",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("waived_minor__gte", 0),
                    (
                        "waived_minor__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("total_minor"), "-", models.F("received_minor")
                        ),
                    ),
                ),
                name="only_what_was_not_paid_is_waived",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("covered_minor__gte", 0),
                    (
                        "covered_minor__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("total_minor"), "+", models.F("withheld_minor")
                        ),
                    ),
                ),
                name="platform_puts_in_no_more_than_the_order_costs",
            ),
        ),
        migrations.RemoveConstraint(
            model_name="return",
            name="return_that_is_not_settled_says_why",
        ),
        migrations.AddConstraint(
            model_name="return",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("unsettled_at", None), ("unsettled_code", "")),
                    models.Q(
                        ("status__in", ["dropped", "in_transit", "inspected", "replaced"]),
                        ("unsettled_at__isnull", False),
                        models.Q(("unsettled_code", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="return_that_is_not_settled_says_why",
            ),
        ),
        migrations.RemoveConstraint(
            model_name="return",
            name="only_a_replacement_is_waited_for",
        ),
        migrations.AddConstraint(
            model_name="return",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "inspected"), _negated=True),
                    models.Q(("refunded_at", None), ("resolution", "replace")),
                    models.Q(("refunded_at", None), ("unsettled_at__isnull", False)),
                    _connector="OR",
                ),
                name="accepted_return_waits_for_goods_or_unmoved_money",
            ),
        ),
        migrations.RunSQL(SOLD_BY, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="orderline",
            name="supplier",
            field=models.ForeignKey(
                help_text="Who sold the article when the order was begun, and is paid for it.",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="orders.supplier",
                verbose_name="supplier",
            ),
        ),
        statements(
            "orders",
            "line_supplier_triggers",
            backwards="""
            DROP TRIGGER columns_stay ON orders_orderline;
            CALL keep_columns('orders_orderline', 'order_id', 'variant_id', 'quantity', 'unit_price_minor',
                'goods_minor', 'discount_minor', 'currency', 'return_window_days', 'accepts_change_of_mind', 'supply');
            """,
        ),
    ]
