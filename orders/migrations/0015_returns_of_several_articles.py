"""Returns of several articles, and goods that are sent again in place of what came back."""

import core.fields
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

from core.database.sql_files import function, statements


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0005_reference_version"),
        ("orders", "0014_supplier_systems"),
        ("stations", "0015_loan_restructures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReturnLine",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("quantity", models.BigIntegerField(help_text="In pieces, or in grams.", verbose_name="quantity")),
                ("value_minor", models.BigIntegerField(verbose_name="value")),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
                (
                    "condition",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("as_new", "as new"),
                            ("opened", "opened"),
                            ("broken", "broken"),
                            ("empty", "empty or incomplete"),
                        ],
                        max_length=8,
                        verbose_name="condition",
                    ),
                ),
                ("accepted_quantity", models.BigIntegerField(blank=True, null=True, verbose_name="accepted")),
                ("refunded_quantity", models.BigIntegerField(default=0, verbose_name="quantity refunded")),
            ],
            options={
                "verbose_name": "line of a return",
                "verbose_name_plural": "lines of returns",
            },
        ),
        migrations.AddField(
            model_name="returnline",
            name="goods_return",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lines",
                to="orders.return",
                verbose_name="return of goods",
            ),
        ),
        migrations.AddField(
            model_name="returnline",
            name="part",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="returns",
                to="orders.fulfilmentline",
                verbose_name="line of goods to send",
            ),
        ),
        migrations.AddField(
            model_name="returnline",
            name="photo",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="core.storedfile",
                verbose_name="photo",
            ),
        ),
        migrations.RunSQL(
            "DROP TRIGGER columns_stay ON orders_return;",
            """
            CALL keep_columns('orders_return', 'key', 'number', 'order_id', 'station_id', 'part_id', 'quantity',
                'value_minor', 'leg_minor', 'carrier', 'currency', 'is_instant', 'reason', 'requested_at',
                'requested_by_id');
            """,
        ),
        migrations.RunSQL(
            """
            INSERT INTO orders_returnline (id, created_at, updated_at, goods_return_id, part_id, quantity, value_minor,
                currency, condition, photo_id, accepted_quantity, refunded_quantity)
            SELECT gen_random_uuid(), created_at, updated_at, id, part_id, quantity, value_minor,
                currency, condition, photo_id, accepted_quantity, refunded_quantity
            FROM orders_return;
            SET CONSTRAINTS ALL IMMEDIATE;
            SET CONSTRAINTS ALL DEFERRED;
            """,
            migrations.RunSQL.noop,
        ),
        migrations.RemoveConstraint(
            model_name="order",
            name="order_is_about_more_than_nothing",
        ),
        migrations.RemoveConstraint(
            model_name="orderconsent",
            name="order_consent_by_code_names_its_phone",
        ),
        migrations.RemoveConstraint(
            model_name="return",
            name="return_is_about_more_than_nothing",
        ),
        migrations.RemoveConstraint(
            model_name="return",
            name="accepted_never_exceeds_sent",
        ),
        migrations.RemoveConstraint(
            model_name="return",
            name="return_says_when_its_money_was_granted",
        ),
        migrations.RemoveConstraint(
            model_name="return",
            name="refunded_return_has_its_money",
        ),
        migrations.RemoveConstraint(
            model_name="return",
            name="dropped_return_was_decided_and_has_a_condition",
        ),
        migrations.RemoveConstraint(
            model_name="return",
            name="return_has_an_inspector_exactly_when_inspected",
        ),
        migrations.AlterField(
            model_name="return",
            name="part",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orders.fulfilmentline"
            ),
        ),
        migrations.AlterField(model_name="return", name="quantity", field=models.BigIntegerField(null=True)),
        migrations.RunSQL(
            migrations.RunSQL.noop,
            """
            UPDATE orders_return SET part_id = line.part_id, quantity = line.quantity, condition = line.condition,
                photo_id = line.photo_id, accepted_quantity = line.accepted_quantity,
                refunded_quantity = line.refunded_quantity
            FROM (SELECT DISTINCT ON (goods_return_id) * FROM orders_returnline ORDER BY goods_return_id, id) line
            WHERE line.goods_return_id = orders_return.id;
            SET CONSTRAINTS ALL IMMEDIATE;
            SET CONSTRAINTS ALL DEFERRED;
            """,
        ),
        migrations.RemoveField(
            model_name="return",
            name="accepted_quantity",
        ),
        migrations.RemoveField(
            model_name="return",
            name="condition",
        ),
        migrations.RemoveField(
            model_name="return",
            name="part",
        ),
        migrations.RemoveField(
            model_name="return",
            name="photo",
        ),
        migrations.RemoveField(
            model_name="return",
            name="quantity",
        ),
        migrations.RemoveField(
            model_name="return",
            name="refunded_quantity",
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
                    ],
                    max_length=20,
                    verbose_name="payment",
                ),
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="replaces",
            field=models.OneToOneField(
                blank=True,
                help_text="Goods sent again in place of others: they cost nothing, and no commission is earned.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replacement",
                to="orders.return",
                verbose_name="return that it replaces",
            ),
        ),
        migrations.AddField(
            model_name="return",
            name="replaced_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="replaced at"),
        ),
        migrations.AddField(
            model_name="return",
            name="resolution",
            field=models.CharField(
                choices=[("refund", "money back"), ("replace", "the same article again")],
                default="refund",
                max_length=8,
                verbose_name="what the buyer wants",
            ),
        ),
        migrations.AlterField(
            model_name="orderconsent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("sms_code", "code by SMS"),
                    ("printed_slip", "signature on the slip, with a witness"),
                    ("payer_payment", "payment by link"),
                    ("pledge", "money put into a group order"),
                    ("replacement", "goods brought back to be replaced"),
                ],
                max_length=16,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="return",
            name="status",
            field=models.CharField(
                choices=[
                    ("requested", "to be decided"),
                    ("approved", "approved"),
                    ("rejected", "rejected"),
                    ("cancelled", "cancelled"),
                    ("dropped", "brought to the station"),
                    ("in_transit", "on the way to the county centre"),
                    ("received", "at the county centre"),
                    ("not_accepted", "inspected, not accepted"),
                    ("inspected", "inspected, to be replaced"),
                    ("replaced", "replacement on its way"),
                    ("refunded", "inspected, money owed"),
                    ("sent_back", "sent back to the buyer"),
                    ("closed", "closed"),
                ],
                max_length=16,
                verbose_name="status",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(("deposit_minor__gte", 0), ("ordered__gt", 0), ("received_minor__gte", 0)),
                name="order_is_about_more_than_nothing",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("replaces", None), ("total_minor__gt", 0)),
                    models.Q(
                        ("discount_minor", 0),
                        ("pay_method", "station_cash"),
                        ("replaces__isnull", False),
                        ("total_minor", 0),
                    ),
                    _connector="OR",
                ),
                name="only_a_replacement_costs_nothing",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderconsent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("kind", "sms_code"),
                        models.Q(("code_hash", ""), _negated=True),
                        models.Q(("phone", ""), _negated=True),
                        ("witness", None),
                    ),
                    models.Q(("code_hash", ""), ("kind", "printed_slip"), ("phone", "")),
                    models.Q(
                        ("code_hash", ""),
                        ("kind__in", ["payer_payment", "pledge", "replacement"]),
                        ("phone", ""),
                        ("witness", None),
                    ),
                    _connector="OR",
                ),
                name="order_consent_by_code_names_its_phone",
            ),
        ),
        migrations.AddConstraint(
            model_name="return",
            constraint=models.CheckConstraint(
                condition=models.Q(("leg_minor__gte", 0), ("value_minor__gte", 0)),
                name="return_is_about_more_than_nothing",
            ),
        ),
        migrations.AddConstraint(
            model_name="return",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("refunded_at", None), ("refunded_minor", 0), ("withheld_minor", 0)),
                    models.Q(("refunded_at__isnull", False), ("refunded_minor__gte", 0), ("withheld_minor__gte", 0)),
                    _connector="OR",
                ),
                name="return_says_when_its_money_was_granted",
            ),
        ),
        migrations.AddConstraint(
            model_name="return",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "refunded"), _negated=True), ("refunded_at__isnull", False), _connector="OR"
                ),
                name="refunded_return_has_its_money",
            ),
        ),
        migrations.AddConstraint(
            model_name="return",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "closed"), _negated=True),
                    ("refunded_at__isnull", False),
                    ("replaced_at__isnull", False),
                    _connector="OR",
                ),
                name="closed_return_was_refunded_or_replaced",
            ),
        ),
        migrations.AddConstraint(
            model_name="return",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("replaced_at", None), ("resolution", "refund")),
                    models.Q(("reason__in", ["defect", "damaged_in_transit", "wrong_item"]), ("resolution", "replace")),
                    _connector="OR",
                ),
                name="only_goods_with_a_fault_are_replaced",
            ),
        ),
        migrations.AddConstraint(
            model_name="return",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "replaced"), _negated=True), ("replaced_at__isnull", False), _connector="OR"
                ),
                name="replaced_return_says_since_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="return",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "inspected"), _negated=True),
                    models.Q(("refunded_at", None), ("resolution", "replace")),
                    _connector="OR",
                ),
                name="only_a_replacement_is_waited_for",
            ),
        ),
        migrations.AddConstraint(
            model_name="return",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["requested", "approved", "rejected", "cancelled"]),
                    ("decided_by__isnull", False),
                    _connector="OR",
                ),
                name="dropped_return_was_decided",
            ),
        ),
        migrations.AddConstraint(
            model_name="return",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("inspected_by__isnull", False),
                        ("status__in", ["not_accepted", "inspected", "replaced", "refunded", "sent_back", "closed"]),
                    ),
                    models.Q(
                        ("inspected_by", None),
                        (
                            "status__in",
                            ["requested", "approved", "rejected", "cancelled", "dropped", "in_transit", "received"],
                        ),
                    ),
                    _connector="OR",
                ),
                name="return_has_an_inspector_exactly_when_inspected",
            ),
        ),
        migrations.AddConstraint(
            model_name="returnline",
            constraint=models.UniqueConstraint(fields=("goods_return", "part"), name="return_names_a_part_once"),
        ),
        migrations.AddConstraint(
            model_name="returnline",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__gt", 0), ("value_minor__gte", 0)),
                name="return_line_is_about_more_than_nothing",
            ),
        ),
        migrations.AddConstraint(
            model_name="returnline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("accepted_quantity", None),
                    models.Q(
                        ("accepted_quantity__gte", 0),
                        ("accepted_quantity__lte", models.F("quantity")),
                        models.Q(("condition", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="accepted_never_exceeds_sent",
            ),
        ),
        migrations.AddConstraint(
            model_name="returnline",
            constraint=models.CheckConstraint(
                condition=models.Q(("refunded_quantity__gte", 0), ("refunded_quantity__lte", models.F("quantity"))),
                name="refunded_never_exceeds_sent",
            ),
        ),
        function("orders", "orders_check_return"),
        statements(
            "orders",
            "return_line_triggers",
            backwards="""
            DROP TRIGGER return_is_whole ON orders_return;
            DROP TRIGGER columns_stay ON orders_return;
            DROP TRIGGER columns_stay ON orders_order;
            CALL keep_columns('orders_order', 'key', 'number', 'station_id', 'walk_in_name', 'ordered_by_id',
                'pay_method', 'currency', 'price_as_of_at', 'total_minor', 'discount_minor', 'ordered');
            """,
        ),
    ]
