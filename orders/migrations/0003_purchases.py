"""Orders of villagers: lines, consents, payments, goods to send; rules for cash on delivery."""

import core.fields
import core.web.ranges
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import phonenumber_field.modelfields
import stations.places.models
import stations.two_persons
from django.conf import settings
from django.db import migrations, models

from core.database.sql_files import statements


class Migration(migrations.Migration):
    dependencies = [
        ("finance", "0010_loans"),
        ("orders", "0002_rules"),
        ("stations", "0006_credit_officers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CodPolicy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
                ("order_ceiling_minor", models.BigIntegerField(verbose_name="at most for one order")),
                ("villager_ceiling_minor", models.BigIntegerField(verbose_name="at most unpaid for one buyer")),
                ("walk_in_ceiling_minor", models.BigIntegerField(verbose_name="at most for a buyer without a file")),
                (
                    "deposit_from_points",
                    models.PositiveSmallIntegerField(default=2, verbose_name="deposit from so many points"),
                ),
                ("deposit_bp", models.PositiveSmallIntegerField(default=3000, verbose_name="deposit in basis points")),
                (
                    "prepay_from_points",
                    models.PositiveSmallIntegerField(default=4, verbose_name="paid in advance from so many points"),
                ),
                ("window_days", models.PositiveSmallIntegerField(default=180, verbose_name="days that points count")),
                ("from_date", models.DateField(verbose_name="from")),
                ("to_date", models.DateField(blank=True, null=True, verbose_name="to")),
            ],
            options={
                "verbose_name": "rule for cash on delivery",
                "verbose_name_plural": "rules for cash on delivery",
            },
        ),
        migrations.CreateModel(
            name="CodRefusal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("parcel", models.UUIDField(unique=True, verbose_name="parcel")),
                ("reason", core.fields.LineField(max_length=40, verbose_name="reason")),
                ("points", models.PositiveSmallIntegerField(verbose_name="points")),
                ("at", models.DateTimeField(verbose_name="at")),
            ],
            options={
                "verbose_name": "parcel not taken",
                "verbose_name_plural": "parcels not taken",
            },
        ),
        migrations.CreateModel(
            name="CodStanding",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "villager",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="cod_standing",
                        serialize=False,
                        to="stations.person",
                        verbose_name="buyer",
                    ),
                ),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
                ("outstanding_minor", models.BigIntegerField(default=0, verbose_name="not paid yet")),
                ("ceiling_minor", models.BigIntegerField(verbose_name="at most")),
            ],
            options={
                "verbose_name": "open cash on delivery of a buyer",
                "verbose_name_plural": "open cash on delivery of buyers",
            },
        ),
        migrations.CreateModel(
            name="Fulfilment",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "status",
                    models.CharField(
                        choices=[
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
                ("goods_minor", models.BigIntegerField(verbose_name="goods")),
                ("cash_due_minor", models.BigIntegerField(default=0, verbose_name="cash on delivery")),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
                ("weight_g", models.PositiveIntegerField(default=0, verbose_name="weight in grams")),
                ("parcel", models.UUIDField(blank=True, null=True, unique=True, verbose_name="parcel")),
                ("parcel_number", models.CharField(blank=True, max_length=32, verbose_name="number of the parcel")),
                ("allocated_at", models.DateTimeField(verbose_name="reserved at")),
                ("dispatched_at", models.DateTimeField(blank=True, null=True, verbose_name="sent at")),
                ("available_at", models.DateTimeField(blank=True, null=True, verbose_name="at the station since")),
                ("delivered_at", models.DateTimeField(blank=True, null=True, verbose_name="handed over at")),
            ],
            options={
                "verbose_name": "goods to send",
                "verbose_name_plural": "goods to send",
            },
        ),
        migrations.CreateModel(
            name="FulfilmentLine",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("quantity", models.BigIntegerField(verbose_name="quantity")),
                ("goods_minor", models.BigIntegerField(verbose_name="amount")),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
            ],
            options={
                "verbose_name": "line of goods to send",
                "verbose_name_plural": "lines of goods to send",
            },
        ),
        migrations.CreateModel(
            name="Order",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=32, unique=True, verbose_name="number")),
                (
                    "key",
                    models.CharField(help_text="Unique forever: one press, one order.", max_length=160, unique=True),
                ),
                ("walk_in_name", core.fields.LineField(blank=True, max_length=80, verbose_name="buyer without a file")),
                (
                    "walk_in_phone",
                    phonenumber_field.modelfields.PhoneNumberField(
                        blank=True, max_length=128, region=None, verbose_name="phone"
                    ),
                ),
                (
                    "pay_method",
                    models.CharField(
                        choices=[
                            ("cash_on_delivery", "cash on delivery"),
                            ("station_cash", "paid in advance at the station"),
                        ],
                        max_length=16,
                        verbose_name="way of paying",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "not yet agreed"),
                            ("awaiting_consent", "waiting for the buyer's agreement"),
                            ("placed", "ordered"),
                            ("completed", "completed"),
                            ("cancelled", "cancelled"),
                            ("expired", "expired"),
                        ],
                        default="draft",
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
                ("price_as_of_at", models.DateTimeField(verbose_name="prices of")),
                ("total_minor", models.BigIntegerField(verbose_name="total")),
                ("cancelled_minor", models.BigIntegerField(default=0, verbose_name="of which cancelled")),
                ("deposit_minor", models.BigIntegerField(default=0, verbose_name="deposit")),
                ("received_minor", models.BigIntegerField(default=0, verbose_name="received")),
                ("refunded_minor", models.BigIntegerField(default=0, verbose_name="refunded")),
                ("ordered", models.BigIntegerField(default=0, verbose_name="quantity ordered")),
                ("dispatched", models.BigIntegerField(default=0, verbose_name="quantity sent")),
                ("delivered", models.BigIntegerField(default=0, verbose_name="quantity handed over")),
                ("cancelled", models.BigIntegerField(default=0, verbose_name="quantity cancelled")),
                ("placed_at", models.DateTimeField(blank=True, null=True, verbose_name="agreed at")),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="expires at")),
                (
                    "payment_status",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(received_minor=0, status="cancelled", then=models.Value("voided")),
                            models.When(
                                refunded_minor=models.F("received_minor"),
                                refunded_minor__gt=0,
                                then=models.Value("refunded"),
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
                (
                    "fulfilment_status",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(cancelled=models.F("ordered"), then=models.Value("cancelled")),
                            models.When(
                                delivered__gt=0,
                                ordered=django.db.models.expressions.CombinedExpression(
                                    models.F("delivered"), "+", models.F("cancelled")
                                ),
                                then=models.Value("delivered"),
                            ),
                            models.When(delivered__gt=0, then=models.Value("partially_delivered")),
                            models.When(
                                dispatched__gt=0,
                                ordered=django.db.models.expressions.CombinedExpression(
                                    models.F("dispatched"), "+", models.F("cancelled")
                                ),
                                then=models.Value("fulfilled"),
                            ),
                            models.When(dispatched__gt=0, then=models.Value("partially_fulfilled")),
                            default=models.Value("unfulfilled"),
                        ),
                        output_field=models.CharField(
                            choices=[
                                ("unfulfilled", "not sent yet"),
                                ("partially_fulfilled", "partly on its way"),
                                ("fulfilled", "on its way"),
                                ("partially_delivered", "partly handed over"),
                                ("delivered", "handed over"),
                                ("cancelled", "cancelled"),
                            ],
                            max_length=20,
                            verbose_name="delivery",
                        ),
                    ),
                ),
            ],
            options={
                "verbose_name": "order of goods",
                "verbose_name_plural": "orders of goods",
            },
        ),
        migrations.CreateModel(
            name="OrderConsent",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("sms_code", "code by SMS"),
                            ("printed_slip", "signature on the slip, with a witness"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "content_hash",
                    models.CharField(help_text="SHA-256 of what was read out: lines, total, station.", max_length=64),
                ),
                (
                    "code_hash",
                    models.CharField(
                        blank=True, help_text="HMAC-SHA256 under the key of the blind index.", max_length=64
                    ),
                ),
                (
                    "phone",
                    phonenumber_field.modelfields.PhoneNumberField(
                        blank=True, max_length=128, region=None, verbose_name="phone"
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0, verbose_name="tries")),
                ("is_live", models.BooleanField(default=True, verbose_name="stands")),
                ("asked_at", models.DateTimeField(verbose_name="asked at")),
                ("expires_at", models.DateTimeField(verbose_name="expires at")),
                ("given_at", models.DateTimeField(blank=True, null=True, verbose_name="given at")),
            ],
            options={
                "verbose_name": "agreement to an order",
                "verbose_name_plural": "agreements to orders",
            },
        ),
        migrations.CreateModel(
            name="OrderLine",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("quantity", models.BigIntegerField(help_text="In pieces, or in grams.", verbose_name="quantity")),
                (
                    "unit_price_minor",
                    models.BigIntegerField(help_text="For a piece, or for 1,000 grams.", verbose_name="price"),
                ),
                ("goods_minor", models.BigIntegerField(verbose_name="amount")),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
                (
                    "return_window_days",
                    models.PositiveSmallIntegerField(verbose_name="days in which it can be returned"),
                ),
                ("quantity_delivered", models.BigIntegerField(default=0, verbose_name="handed over")),
                ("quantity_cancelled", models.BigIntegerField(default=0, verbose_name="cancelled")),
                ("window_ends_at", models.DateTimeField(blank=True, null=True, verbose_name="can be returned until")),
            ],
            options={
                "verbose_name": "line of an order",
                "verbose_name_plural": "lines of orders",
            },
        ),
        migrations.CreateModel(
            name="OrderPayment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("refunded_minor", models.BigIntegerField(default=0, verbose_name="refunded")),
            ],
            options={
                "verbose_name": "payment of an order",
                "verbose_name_plural": "payments of orders",
            },
        ),
        migrations.RemoveConstraint(
            model_name="stockmovement",
            name="movement_changes_what_its_kind_says",
        ),
        migrations.AddField(
            model_name="category",
            name="return_window_days",
            field=models.PositiveSmallIntegerField(
                default=7, help_text="For orders from now on.", verbose_name="days in which it can be returned"
            ),
        ),
        migrations.AlterField(
            model_name="stockmovement",
            name="kind",
            field=models.CharField(
                choices=[
                    ("receipt", "received"),
                    ("allocation", "reserved"),
                    ("release", "released"),
                    ("sale", "taken out"),
                    ("return", "came back"),
                    ("adjustment", "counted"),
                ],
                max_length=10,
                verbose_name="kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="stockmovement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("allocated_delta", 0), ("allocation", None), ("kind", "receipt"), ("on_hand_delta__gt", 0)
                    ),
                    models.Q(("allocated_delta", 0), ("allocation", None), ("kind", "adjustment")),
                    models.Q(
                        ("allocated_delta__gt", 0),
                        ("allocation__isnull", False),
                        ("kind", "allocation"),
                        ("on_hand_delta", 0),
                    ),
                    models.Q(
                        ("allocated_delta__lt", 0),
                        ("allocation__isnull", False),
                        ("kind", "release"),
                        ("on_hand_delta", 0),
                    ),
                    models.Q(
                        ("allocated_delta", 0),
                        ("allocation__isnull", False),
                        ("kind", "return"),
                        ("on_hand_delta__gt", 0),
                    ),
                    models.Q(
                        ("allocated_delta", models.F("on_hand_delta")),
                        ("allocation__isnull", False),
                        ("kind", "sale"),
                        ("on_hand_delta__lt", 0),
                    ),
                    _connector="OR",
                ),
                name="movement_changes_what_its_kind_says",
            ),
        ),
        migrations.AddField(
            model_name="codpolicy",
            name="division",
            field=models.ForeignKey(
                blank=True,
                help_text="Empty: in every county that has this currency.",
                limit_choices_to={"level": "county"},
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="stations.division",
                verbose_name="county",
            ),
        ),
        migrations.AddField(
            model_name="codrefusal",
            name="villager",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="cod_refusals",
                to="stations.person",
                verbose_name="buyer",
            ),
        ),
        migrations.AddConstraint(
            model_name="codstanding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("outstanding_minor__gte", 0), ("outstanding_minor__lte", models.F("ceiling_minor"))
                ),
                name="outstanding_never_exceeds_ceiling",
            ),
        ),
        migrations.AddField(
            model_name="fulfilment",
            name="warehouse",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="fulfilments",
                to="orders.warehouse",
                verbose_name="warehouse",
            ),
        ),
        migrations.AddField(
            model_name="fulfilmentline",
            name="fulfilment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="orders.fulfilment"
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="ordered_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="purchases_taken",
                to=settings.AUTH_USER_MODEL,
                verbose_name="taken by",
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="station",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="purchases",
                to="stations.station",
                verbose_name="collected at",
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="villager",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="purchases",
                to="stations.person",
                verbose_name="buyer",
            ),
        ),
        migrations.AddField(
            model_name="fulfilment",
            name="order",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="fulfilments",
                to="orders.order",
                verbose_name="order of goods",
            ),
        ),
        migrations.AddField(
            model_name="codrefusal",
            name="order",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="refusals",
                to="orders.order",
                verbose_name="order of goods",
            ),
        ),
        migrations.AddField(
            model_name="orderconsent",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="asked by",
            ),
        ),
        migrations.AddField(
            model_name="orderconsent",
            name="giver",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="stations.person",
                verbose_name="buyer",
            ),
        ),
        migrations.AddField(
            model_name="orderconsent",
            name="order",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="consents", to="orders.order"
            ),
        ),
        migrations.AddField(
            model_name="orderconsent",
            name="witness",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="stations.person",
                verbose_name="witness",
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="consent",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="agreed_order",
                to="orders.orderconsent",
                verbose_name="agreement",
            ),
        ),
        migrations.AddField(
            model_name="orderline",
            name="order",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lines",
                to="orders.order",
                verbose_name="order of goods",
            ),
        ),
        migrations.AddField(
            model_name="orderline",
            name="variant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="orders.variant",
                verbose_name="variant",
            ),
        ),
        migrations.AddField(
            model_name="fulfilmentline",
            name="order_line",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="fulfilment_lines", to="orders.orderline"
            ),
        ),
        migrations.AddField(
            model_name="orderpayment",
            name="order",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="payments",
                to="orders.order",
                verbose_name="order of goods",
            ),
        ),
        migrations.AddField(
            model_name="orderpayment",
            name="payment",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="purchase",
                to="finance.payment",
                verbose_name="payment",
            ),
        ),
        migrations.AddConstraint(
            model_name="codpolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("deposit_bp__lte", 10000),
                    ("order_ceiling_minor__gte", 0),
                    ("prepay_from_points__gte", models.F("deposit_from_points")),
                    ("villager_ceiling_minor__gte", 0),
                    ("walk_in_ceiling_minor__gte", 0),
                ),
                name="cod_limits_are_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="codpolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(("to_date", None), ("to_date__gt", models.F("from_date")), _connector="OR"),
                name="cod_policy_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="codpolicy",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (stations.places.models.HashOfKey("currency"), "="),
                    (
                        django.db.models.functions.comparison.Coalesce(
                            models.F("division"), 0, output_field=models.BigIntegerField()
                        ),
                        "=",
                    ),
                    (
                        core.web.ranges.DateSpan(
                            "from_date", "to_date", django.contrib.postgres.fields.ranges.RangeBoundary()
                        ),
                        "&&",
                    ),
                ],
                name="county_has_one_cod_policy_at_any_date",
            ),
        ),
        migrations.AddIndex(
            model_name="fulfilment",
            index=models.Index(
                condition=models.Q(("status__in", ["allocated", "picked", "packed"])),
                fields=["warehouse", "allocated_at"],
                name="fulfilment_in_warehouse",
            ),
        ),
        migrations.AddConstraint(
            model_name="fulfilment",
            constraint=models.UniqueConstraint(
                fields=("order", "warehouse"), name="warehouse_sends_one_part_of_an_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="fulfilment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("parcel", None), ("status__in", ["allocated", "picked", "cancelled"])),
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
            model_name="fulfilment",
            constraint=models.CheckConstraint(
                condition=models.Q(("cash_due_minor__gte", 0), ("goods_minor__gte", 0)),
                name="fulfilment_cash_is_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="fulfilment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("delivered_at__isnull", False), ("status", "delivered")),
                    models.Q(models.Q(("status", "delivered"), _negated=True), ("delivered_at", None)),
                    _connector="OR",
                ),
                name="fulfilment_says_when_it_was_handed_over",
            ),
        ),
        migrations.AddIndex(
            model_name="codrefusal",
            index=models.Index(fields=["villager", "at"], name="cod_refusal_of_villager"),
        ),
        migrations.AddIndex(
            model_name="orderconsent",
            index=models.Index(fields=["order", "-id"], name="order_consent_of_order"),
        ),
        migrations.AddConstraint(
            model_name="orderconsent",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_live", True)), fields=("order",), name="order_has_one_live_consent"
            ),
        ),
        migrations.AddConstraint(
            model_name="orderconsent",
            constraint=models.CheckConstraint(
                condition=models.Q(("tries__lte", 5)), name="order_consent_has_five_tries"
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
                    _connector="OR",
                ),
                name="order_consent_by_code_names_its_phone",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderconsent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("given_at", None), ("kind", "sms_code"), ("witness__isnull", False), _connector="OR"
                ),
                name="signed_consent_has_a_witness",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderconsent",
            constraint=stations.two_persons.TwoPersons(
                checker="witness", makers=("asked_by", "giver"), name="nobody_witnesses_an_order_that_they_take_or_give"
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["station", "status", "-id"], name="order_of_station"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["villager", "-id"], name="order_of_villager"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("expires_at__isnull", False)), fields=["expires_at"], name="order_that_expires"
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("villager__isnull", False), ("walk_in_name", ""), ("walk_in_phone", "")),
                    models.Q(("villager", None), models.Q(("walk_in_name", ""), _negated=True)),
                    _connector="OR",
                ),
                name="order_names_a_villager_or_a_walk_in",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("deposit_minor__gte", 0), ("ordered__gt", 0), ("received_minor__gte", 0), ("total_minor__gt", 0)
                ),
                name="order_is_about_more_than_nothing",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(("cancelled_minor__gte", 0), ("cancelled_minor__lte", models.F("total_minor"))),
                name="cancelled_goods_never_exceed_the_total",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(("received_minor__lte", models.F("total_minor"))),
                name="received_never_exceeds_the_total",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(("refunded_minor__gte", 0), ("refunded_minor__lte", models.F("received_minor"))),
                name="refunded_never_exceeds_received",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(("deposit_minor__lte", models.F("total_minor"))),
                name="deposit_never_exceeds_the_total",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "ordered__gte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("delivered"), "+", models.F("cancelled")
                        ),
                    )
                ),
                name="delivered_and_cancelled_never_exceed_ordered",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("dispatched__gte", models.F("delivered")), ("dispatched__lte", models.F("ordered"))
                ),
                name="delivered_units_were_dispatched",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["placed", "completed"]), _negated=True),
                    models.Q(("consent__isnull", False), ("placed_at__isnull", False)),
                    _connector="OR",
                ),
                name="placed_order_has_consent",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["draft", "awaiting_consent"]), _negated=True),
                    ("expires_at__isnull", False),
                    _connector="OR",
                ),
                name="unplaced_order_expires",
            ),
        ),
        migrations.AddIndex(
            model_name="orderline",
            index=models.Index(
                condition=models.Q(("window_ends_at__isnull", False)),
                fields=["window_ends_at"],
                name="order_line_window",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.UniqueConstraint(fields=("order", "variant"), name="order_names_a_variant_once"),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(("goods_minor__gte", 0), ("quantity__gt", 0), ("unit_price_minor__gt", 0)),
                name="line_is_about_more_than_nothing",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "quantity__gte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("quantity_delivered"), "+", models.F("quantity_cancelled")
                        ),
                    ),
                    ("quantity_cancelled__gte", 0),
                    ("quantity_delivered__gte", 0),
                ),
                name="line_delivers_and_cancels_at_most_its_quantity",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("quantity_delivered", 0), ("window_ends_at", None)),
                    models.Q(("quantity_delivered__gt", 0), ("window_ends_at__isnull", False)),
                    _connector="OR",
                ),
                name="line_has_a_return_window_exactly_when_handed_over",
            ),
        ),
        migrations.AddConstraint(
            model_name="fulfilmentline",
            constraint=models.UniqueConstraint(
                fields=("fulfilment", "order_line"), name="fulfilment_names_an_order_line_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="fulfilmentline",
            constraint=models.CheckConstraint(
                condition=models.Q(("goods_minor__gte", 0), ("quantity__gt", 0)),
                name="fulfilment_line_is_above_nothing",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderpayment",
            constraint=models.CheckConstraint(
                condition=models.Q(("refunded_minor__gte", 0)), name="order_refund_is_not_negative"
            ),
        ),
        statements("orders", "purchase_triggers"),
    ]
