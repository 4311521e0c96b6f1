"""Goods that buyers bring back, and what orders count of them."""

import core.fields
import core.web.ranges
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import stations.places.models
import stations.two_persons
from django.conf import settings
from django.db import migrations, models

from core.database.sql_files import statements


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0005_reference_version"),
        ("finance", "0015_loan_receipts"),
        ("orders", "0004_produce"),
        ("stations", "0010_health_roles"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Return",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=32, unique=True, verbose_name="number")),
                (
                    "key",
                    models.CharField(help_text="Unique forever: one press, one return.", max_length=160, unique=True),
                ),
                ("quantity", models.BigIntegerField(help_text="In pieces, or in grams.", verbose_name="quantity")),
                ("value_minor", models.BigIntegerField(verbose_name="value")),
                ("leg_minor", models.BigIntegerField(default=0, verbose_name="price of the way back")),
                ("carrier", models.SlugField(blank=True, max_length=40, verbose_name="carrier of the way back")),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
                (
                    "is_instant",
                    models.BooleanField(
                        help_text="The value is within what the station refunds at once.",
                        verbose_name="refunded at the counter",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("requested", "to be decided"),
                            ("approved", "approved"),
                            ("rejected", "rejected"),
                            ("cancelled", "cancelled"),
                            ("dropped", "brought to the station"),
                            ("in_transit", "on the way to the county centre"),
                            ("received", "at the county centre"),
                            ("not_accepted", "inspected, not accepted"),
                            ("refunded", "inspected, money owed"),
                            ("sent_back", "sent back to the buyer"),
                            ("closed", "closed"),
                        ],
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("defect", "does not work"),
                            ("damaged_in_transit", "damaged on the way"),
                            ("wrong_item", "not what was ordered"),
                            ("late", "came too late"),
                            ("change_of_mind", "does not want it any more"),
                        ],
                        max_length=20,
                        verbose_name="reason",
                    ),
                ),
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
                ("refunded_minor", models.BigIntegerField(default=0, verbose_name="refunded")),
                ("withheld_minor", models.BigIntegerField(default=0, verbose_name="kept back for the way back")),
                ("requested_at", models.DateTimeField(verbose_name="requested at")),
                ("refunded_at", models.DateTimeField(blank=True, null=True, verbose_name="refunded at")),
                (
                    "decision_note",
                    core.fields.LineField(blank=True, max_length=200, verbose_name="reason for the decision"),
                ),
            ],
            options={
                "verbose_name": "return of goods",
                "verbose_name_plural": "returns of goods",
            },
        ),
        migrations.CreateModel(
            name="ReturnPolicy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
                ("instant_ceiling_minor", models.BigIntegerField(verbose_name="refunded at the counter up to")),
                ("leg_minor", models.BigIntegerField(verbose_name="price of the way back")),
                ("carrier", models.SlugField(max_length=40, verbose_name="carrier of the way back")),
                ("from_date", models.DateField(verbose_name="from")),
                ("to_date", models.DateField(blank=True, null=True, verbose_name="to")),
            ],
            options={
                "verbose_name": "rule for returns",
                "verbose_name_plural": "rules for returns",
            },
        ),
        migrations.CreateModel(
            name="ReturnRefund",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "verbose_name": "refund of a return",
                "verbose_name_plural": "refunds of returns",
            },
        ),
        migrations.AddField(
            model_name="category",
            name="accepts_change_of_mind",
            field=models.BooleanField(
                default=True,
                help_text="Not for food and hygiene goods. For orders from now on.",
                verbose_name="can be returned without a fault",
            ),
        ),
        migrations.AddField(
            model_name="fulfilmentline",
            name="quantity_returned",
            field=models.BigIntegerField(default=0, verbose_name="brought back"),
        ),
        migrations.AddField(
            model_name="order",
            name="returned",
            field=models.BigIntegerField(default=0, verbose_name="quantity brought back"),
        ),
        migrations.AddField(
            model_name="order",
            name="returned_minor",
            field=models.BigIntegerField(default=0, verbose_name="of which brought back"),
        ),
        migrations.AddField(
            model_name="order",
            name="withheld_minor",
            field=models.BigIntegerField(default=0, verbose_name="kept back for the way back"),
        ),
        migrations.AddField(
            model_name="orderline",
            name="accepts_change_of_mind",
            field=models.BooleanField(default=True, verbose_name="can be returned without a fault"),
        ),
        migrations.AddField(
            model_name="orderline",
            name="quantity_returned",
            field=models.BigIntegerField(
                default=0, help_text="Including requested returns.", verbose_name="brought back"
            ),
        ),
        # A generated column cannot be altered.
        migrations.RemoveField(model_name="order", name="fulfilment_status"),
        migrations.AddField(
            model_name="order",
            name="fulfilment_status",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(cancelled=models.F("ordered"), then=models.Value("cancelled")),
                    models.When(
                        ordered=django.db.models.expressions.CombinedExpression(
                            models.F("returned"), "+", models.F("cancelled")
                        ),
                        returned__gt=0,
                        then=models.Value("returned"),
                    ),
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
                        ("returned", "brought back"),
                        ("cancelled", "cancelled"),
                    ],
                    max_length=20,
                    verbose_name="delivery",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="fulfilmentline",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity_returned__gte", 0), ("quantity_returned__lte", models.F("quantity"))),
                name="part_returns_at_most_its_quantity",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(("returned__gte", 0), ("returned__lte", models.F("delivered"))),
                name="returned_never_exceeds_delivered",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("returned_minor__gte", models.F("withheld_minor")),
                    (
                        "returned_minor__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("total_minor"), "-", models.F("cancelled_minor")
                        ),
                    ),
                    ("withheld_minor__gte", 0),
                ),
                name="returned_goods_never_exceed_what_was_bought",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("quantity_returned__gte", 0), ("quantity_returned__lte", models.F("quantity_delivered"))
                ),
                name="line_returns_at_most_what_was_delivered",
            ),
        ),
        migrations.AddField(
            model_name="return",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="decided by",
            ),
        ),
        migrations.AddField(
            model_name="return",
            name="inspected_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="inspected by",
            ),
        ),
        migrations.AddField(
            model_name="return",
            name="order",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="returns",
                to="orders.order",
                verbose_name="order of goods",
            ),
        ),
        migrations.AddField(
            model_name="return",
            name="part",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="returns",
                to="orders.fulfilmentline",
                verbose_name="line of goods to send",
            ),
        ),
        migrations.AddField(
            model_name="return",
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
        migrations.AddField(
            model_name="return",
            name="requested_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="requested by",
            ),
        ),
        migrations.AddField(
            model_name="return",
            name="station",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="goods_returns",
                to="stations.station",
                verbose_name="station",
            ),
        ),
        migrations.AddField(
            model_name="returnpolicy",
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
            model_name="returnrefund",
            name="goods_return",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="refunds",
                to="orders.return",
                verbose_name="return of goods",
            ),
        ),
        migrations.AddField(
            model_name="returnrefund",
            name="refund",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="goods_return",
                to="finance.refund",
                verbose_name="refund",
            ),
        ),
        migrations.AddIndex(
            model_name="return",
            index=models.Index(fields=["station", "status", "-id"], name="return_of_station"),
        ),
        migrations.AddConstraint(
            model_name="return",
            constraint=models.CheckConstraint(
                condition=models.Q(("leg_minor__gte", 0), ("quantity__gt", 0), ("value_minor__gte", 0)),
                name="return_is_about_more_than_nothing",
            ),
        ),
        migrations.AddConstraint(
            model_name="return",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("accepted_quantity", None),
                    models.Q(("accepted_quantity__gte", 0), ("accepted_quantity__lte", models.F("quantity"))),
                    _connector="OR",
                ),
                name="accepted_never_exceeds_sent",
            ),
        ),
        migrations.AddConstraint(
            model_name="return",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("refunded_at", None), ("refunded_minor", 0), ("refunded_quantity", 0), ("withheld_minor", 0)
                    ),
                    models.Q(
                        ("refunded_at__isnull", False),
                        ("refunded_minor__gte", 0),
                        ("refunded_quantity__gt", 0),
                        ("refunded_quantity__lte", models.F("quantity")),
                        ("withheld_minor__gte", 0),
                    ),
                    _connector="OR",
                ),
                name="return_says_when_its_money_was_granted",
            ),
        ),
        migrations.AddConstraint(
            model_name="return",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["refunded", "closed"]), _negated=True),
                    ("refunded_at__isnull", False),
                    _connector="OR",
                ),
                name="refunded_return_has_its_money",
            ),
        ),
        migrations.AddConstraint(
            model_name="return",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["requested", "approved", "rejected", "cancelled"]),
                    models.Q(models.Q(("condition", ""), _negated=True), ("decided_by__isnull", False)),
                    _connector="OR",
                ),
                name="dropped_return_was_decided_and_has_a_condition",
            ),
        ),
        migrations.AddConstraint(
            model_name="return",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("accepted_quantity__isnull", False),
                        ("inspected_by__isnull", False),
                        ("status__in", ["not_accepted", "refunded", "sent_back", "closed"]),
                    ),
                    models.Q(
                        models.Q(("status__in", ["not_accepted", "refunded", "sent_back", "closed"]), _negated=True),
                        ("accepted_quantity", None),
                        ("inspected_by", None),
                    ),
                    _connector="OR",
                ),
                name="return_has_an_inspector_exactly_when_inspected",
            ),
        ),
        migrations.AddConstraint(
            model_name="return",
            constraint=stations.two_persons.TwoPersons(
                checker="inspected_by", makers=("requested_by",), name="inspector_is_not_the_requester"
            ),
        ),
        migrations.AddConstraint(
            model_name="returnpolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(("instant_ceiling_minor__gte", 0), ("leg_minor__gte", 0)),
                name="return_policy_is_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="returnpolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(("to_date", None), ("to_date__gt", models.F("from_date")), _connector="OR"),
                name="return_policy_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="returnpolicy",
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
                name="county_has_one_return_policy_at_any_date",
            ),
        ),
        statements("orders", "return_triggers"),
    ]
