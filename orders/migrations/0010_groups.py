"""Group orders: tiers, pledges with their money, and the agreement that a pledge is."""

import core.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.database.sql_files import function, statements


class Migration(migrations.Migration):
    dependencies = [
        ("finance", "0023_pharmacists"),
        ("orders", "0009_shop_claims"),
        ("stations", "0013_pharmacists"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="GroupOrder",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "key",
                    models.CharField(
                        help_text="Unique forever: one press, one group order.", max_length=160, unique=True
                    ),
                ),
                ("number", models.CharField(max_length=32, unique=True, verbose_name="number")),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
                ("opened_at", models.DateTimeField(verbose_name="opened at")),
                ("cutoff_at", models.DateTimeField(verbose_name="pledges until before")),
                (
                    "cutoff_date",
                    models.DateField(
                        help_text="The day of the cut-off, of the station's calendar.", verbose_name="last day"
                    ),
                ),
                ("pickup_date", models.DateField(verbose_name="to be collected from")),
                ("min_quantity", models.BigIntegerField(help_text="In pieces, or in grams.", verbose_name="at least")),
                ("max_quantity", models.BigIntegerField(blank=True, null=True, verbose_name="at most")),
                ("pledged_quantity", models.BigIntegerField(default=0, verbose_name="pledged")),
                ("pledge_count", models.PositiveIntegerField(default=0, verbose_name="pledges")),
                ("held_price_minor", models.BigIntegerField(verbose_name="price that is put in")),
                (
                    "reached_price_minor",
                    models.BigIntegerField(blank=True, null=True, verbose_name="price that was reached"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "open for pledges"),
                            ("closed", "closed, being decided"),
                            ("confirmed", "ordered"),
                            ("failed", "did not come about"),
                            ("cancelled", "cancelled"),
                            ("fulfilled", "all handed over"),
                        ],
                        default="open",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                (
                    "failure",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("below_minimum", "too little was pledged"),
                            ("no_stock", "the county does not have enough of it"),
                        ],
                        max_length=16,
                        verbose_name="why it did not come about",
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed at")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided at")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="all pledges settled at")),
            ],
            options={
                "verbose_name": "group order",
                "verbose_name_plural": "group orders",
            },
        ),
        migrations.CreateModel(
            name="GroupPledge",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "key",
                    models.CharField(help_text="Unique forever: one press, one pledge.", max_length=160, unique=True),
                ),
                ("quantity", models.BigIntegerField(help_text="In pieces, or in grams.", verbose_name="quantity")),
                ("held_minor", models.BigIntegerField(verbose_name="put in")),
                ("returned_minor", models.BigIntegerField(default=0, verbose_name="refunded of it")),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("held", "paid, waits for the group"),
                            ("ordered", "ordered"),
                            ("returned", "refunded: no group order"),
                            ("withdrawn", "withdrawn, refunded"),
                        ],
                        default="held",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                (
                    "content_hash",
                    models.CharField(
                        help_text="SHA-256 of article, prices, cut-off, quantity, station.",
                        max_length=64,
                        verbose_name="hash of what was read out",
                    ),
                ),
                ("pledged_at", models.DateTimeField(verbose_name="pledged at")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
            ],
            options={
                "verbose_name": "pledge to a group order",
                "verbose_name_plural": "pledges to group orders",
            },
        ),
        migrations.CreateModel(
            name="GroupTier",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("min_quantity", models.BigIntegerField(verbose_name="from quantity")),
                ("price_minor", models.BigIntegerField(verbose_name="price")),
            ],
            options={
                "verbose_name": "price of a group order",
                "verbose_name_plural": "prices of group orders",
            },
        ),
        migrations.RemoveConstraint(
            model_name="orderconsent",
            name="order_consent_by_code_names_its_phone",
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
                ],
                max_length=16,
                verbose_name="kind",
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
                        ("code_hash", ""), ("kind__in", ["payer_payment", "pledge"]), ("phone", ""), ("witness", None)
                    ),
                    _connector="OR",
                ),
                name="order_consent_by_code_names_its_phone",
            ),
        ),
        migrations.AddField(
            model_name="grouporder",
            name="opened_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="opened by",
            ),
        ),
        migrations.AddField(
            model_name="grouporder",
            name="station",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="group_orders",
                to="stations.station",
                verbose_name="collected at",
            ),
        ),
        migrations.AddField(
            model_name="grouporder",
            name="variant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="orders.variant",
                verbose_name="variant",
            ),
        ),
        migrations.AddField(
            model_name="grouppledge",
            name="group",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="pledges",
                to="orders.grouporder",
                verbose_name="group order",
            ),
        ),
        migrations.AddField(
            model_name="grouppledge",
            name="order",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="group_pledge",
                to="orders.order",
                verbose_name="order of goods",
            ),
        ),
        migrations.AddField(
            model_name="grouppledge",
            name="payment",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="group_pledge",
                to="finance.payment",
                verbose_name="payment",
            ),
        ),
        migrations.AddField(
            model_name="grouppledge",
            name="taken_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="taken by",
            ),
        ),
        migrations.AddField(
            model_name="grouppledge",
            name="villager",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="stations.person",
                verbose_name="resident",
            ),
        ),
        migrations.AddField(
            model_name="grouptier",
            name="group",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="tiers",
                to="orders.grouporder",
                verbose_name="group order",
            ),
        ),
        migrations.AddIndex(
            model_name="grouporder",
            index=models.Index(fields=["station", "status", "-id"], name="group_of_station"),
        ),
        migrations.AddIndex(
            model_name="grouporder",
            index=models.Index(condition=models.Q(("status", "open")), fields=["cutoff_at"], name="group_that_closes"),
        ),
        migrations.AddConstraint(
            model_name="grouporder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("pledged_quantity__gte", 0),
                    models.Q(
                        ("max_quantity", None), ("pledged_quantity__lte", models.F("max_quantity")), _connector="OR"
                    ),
                ),
                name="pledged_never_exceeds_maximum",
            ),
        ),
        migrations.AddConstraint(
            model_name="grouporder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("min_quantity__gt", 0),
                    models.Q(("max_quantity", None), ("max_quantity__gte", models.F("min_quantity")), _connector="OR"),
                ),
                name="group_maximum_is_at_least_its_minimum",
            ),
        ),
        migrations.AddConstraint(
            model_name="grouporder",
            constraint=models.CheckConstraint(
                condition=models.Q(("cutoff_at__gt", models.F("opened_at"))), name="group_closes_after_it_opens"
            ),
        ),
        migrations.AddConstraint(
            model_name="grouporder",
            constraint=models.CheckConstraint(
                condition=models.Q(("pickup_date__gt", models.F("cutoff_date"))),
                name="group_is_collected_after_its_cutoff",
            ),
        ),
        migrations.AddConstraint(
            model_name="grouporder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("held_price_minor__gt", 0),
                    models.Q(
                        ("reached_price_minor", None),
                        models.Q(
                            ("reached_price_minor__gt", 0), ("reached_price_minor__lte", models.F("held_price_minor"))
                        ),
                        _connector="OR",
                    ),
                ),
                name="reached_price_never_exceeds_what_was_put_in",
            ),
        ),
        migrations.AddConstraint(
            model_name="grouporder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reached_price_minor__isnull", False), ("status__in", ["confirmed", "fulfilled"])),
                    models.Q(
                        models.Q(("status__in", ["confirmed", "fulfilled"]), _negated=True),
                        ("reached_price_minor", None),
                    ),
                    _connector="OR",
                ),
                name="group_has_a_price_exactly_when_confirmed",
            ),
        ),
        migrations.AddConstraint(
            model_name="grouporder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "failed"), models.Q(("failure", ""), _negated=True)),
                    models.Q(models.Q(("status", "failed"), _negated=True), ("failure", "")),
                    _connector="OR",
                ),
                name="group_says_why_exactly_when_it_failed",
            ),
        ),
        migrations.AddConstraint(
            model_name="grouporder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at", None), ("status", "open")),
                    models.Q(models.Q(("status", "open"), _negated=True), ("closed_at__isnull", False)),
                    _connector="OR",
                ),
                name="group_has_a_close_exactly_when_not_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="grouporder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("settled_at", None), ("status__in", ["open", "closed"])),
                    models.Q(
                        models.Q(("status__in", ["open", "closed"]), _negated=True), ("decided_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="group_has_a_decision_exactly_when_decided",
            ),
        ),
        migrations.AddConstraint(
            model_name="grouporder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "fulfilled"), _negated=True), ("settled_at__isnull", False), _connector="OR"
                ),
                name="fulfilled_group_is_settled",
            ),
        ),
        migrations.AddIndex(
            model_name="grouppledge",
            index=models.Index(fields=["group", "status", "id"], name="pledge_of_group"),
        ),
        migrations.AddIndex(
            model_name="grouppledge",
            index=models.Index(fields=["villager", "-id"], name="pledge_of_villager"),
        ),
        migrations.AddConstraint(
            model_name="grouppledge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "withdrawn"), _negated=True),
                fields=("group", "villager"),
                name="resident_pledges_once_in_a_group_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="grouppledge",
            constraint=models.CheckConstraint(
                condition=models.Q(("held_minor__gt", 0), ("quantity__gt", 0)), name="pledge_is_above_nothing"
            ),
        ),
        migrations.AddConstraint(
            model_name="grouppledge",
            constraint=models.CheckConstraint(
                condition=models.Q(("returned_minor__gte", 0), ("returned_minor__lte", models.F("held_minor"))),
                name="pledge_returns_at_most_what_was_put_in",
            ),
        ),
        migrations.AddConstraint(
            model_name="grouppledge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("order", None), ("returned_minor", 0), ("status", "held")),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("order__isnull", False),
                        ("returned_minor__lt", models.F("held_minor")),
                        ("status", "ordered"),
                    ),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("order", None),
                        ("returned_minor", models.F("held_minor")),
                        ("status__in", ["returned", "withdrawn"]),
                    ),
                    _connector="OR",
                ),
                name="pledge_is_held_or_ordered_or_given_back_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="grouptier",
            constraint=models.UniqueConstraint(
                fields=("group", "min_quantity"), name="group_has_one_price_from_a_quantity"
            ),
        ),
        migrations.AddConstraint(
            model_name="grouptier",
            constraint=models.CheckConstraint(
                condition=models.Q(("min_quantity__gt", 0), ("price_minor__gt", 0)), name="group_tier_is_above_nothing"
            ),
        ),
        function("orders", "orders_count_pledge"),
        function("orders", "orders_keep_pledged"),
        function("orders", "orders_check_tier"),
        statements("orders", "group_triggers"),
    ]
