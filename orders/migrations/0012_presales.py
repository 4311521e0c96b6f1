"""Presales of harvests; advances and photos of intakes."""

import core.fields
import django.db.models.deletion
import django.db.models.expressions
import stations.two_persons
from django.conf import settings
from django.db import migrations, models

from core.database.sql_files import function, statements


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0005_reference_version"),
        ("finance", "0026_loan_restructures"),
        ("orders", "0011_shop_complaints"),
        ("stations", "0015_loan_restructures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PresaleCycle",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "key",
                    models.CharField(help_text="Unique forever: one press, one presale.", max_length=160, unique=True),
                ),
                ("number", models.CharField(max_length=32, unique=True, verbose_name="number")),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
                ("box_g", models.PositiveIntegerField(verbose_name="a box, in grams")),
                ("price_minor", models.BigIntegerField(verbose_name="price of a box")),
                ("expected_g", models.BigIntegerField(verbose_name="expected, in grams")),
                ("opens_at", models.DateTimeField(verbose_name="opened at")),
                ("closes_at", models.DateTimeField(verbose_name="orders until before")),
                (
                    "closes_date",
                    models.DateField(
                        help_text="The day of the close, of the station's calendar.", verbose_name="last day"
                    ),
                ),
                ("delivery_date", models.DateField(verbose_name="to be collected from")),
                ("ordered", models.PositiveIntegerField(default=0, verbose_name="ordered, in boxes")),
                ("order_count", models.PositiveIntegerField(default=0, verbose_name="orders")),
                ("available", models.PositiveIntegerField(blank=True, null=True, verbose_name="harvested, in boxes")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "open for orders"),
                            ("closed", "closed, to be allotted"),
                            ("allotted", "allotted"),
                            ("delivered", "at the stations"),
                            ("cancelled", "cancelled"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed at")),
                ("allotted_at", models.DateTimeField(blank=True, null=True, verbose_name="allotted at")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="delivered or cancelled at")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="all orders settled at")),
            ],
            options={
                "verbose_name": "presale of a harvest",
                "verbose_name_plural": "presales of harvests",
            },
        ),
        migrations.CreateModel(
            name="PresaleHarvest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "verbose_name": "harvest of a presale",
                "verbose_name_plural": "harvests of presales",
            },
        ),
        migrations.CreateModel(
            name="PresaleOrder",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "key",
                    models.CharField(help_text="Unique forever: one press, one order.", max_length=160, unique=True),
                ),
                ("boxes", models.PositiveIntegerField(verbose_name="boxes")),
                ("allotted", models.PositiveIntegerField(blank=True, null=True, verbose_name="allotted, in boxes")),
                ("held_minor", models.BigIntegerField(verbose_name="paid")),
                ("returned_minor", models.BigIntegerField(default=0, verbose_name="refunded of it")),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("paid", "paid, waits for the harvest"),
                            ("allotted", "allotted"),
                            ("handed_over", "handed over"),
                            ("withdrawn", "withdrawn, refunded"),
                            ("declined", "declined after the cut, refunded"),
                            ("returned", "no boxes, refunded"),
                        ],
                        default="paid",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("ordered_at", models.DateTimeField(verbose_name="ordered at")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
            ],
            options={
                "verbose_name": "order of a presale",
                "verbose_name_plural": "orders of presales",
            },
        ),
        migrations.AddField(
            model_name="intake",
            name="advance_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="advance paid at"),
        ),
        migrations.AddField(
            model_name="intake",
            name="advance_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="paid by",
            ),
        ),
        migrations.AddField(
            model_name="intake",
            name="advance_minor",
            field=models.BigIntegerField(db_default=0, default=0, verbose_name="advance"),
        ),
        migrations.AddField(
            model_name="intake",
            name="advance_number",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=32, verbose_name="slip of the advance"
            ),
        ),
        migrations.AddField(
            model_name="intake",
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
            model_name="lot",
            name="set_aside_for",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="The presale's number: nothing of such a lot is sold, split or moved otherwise.",
                max_length=32,
                verbose_name="reserved for the presale",
            ),
        ),
        migrations.AddConstraint(
            model_name="intake",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("advance_minor", 0),
                    models.Q(
                        ("advance_minor__gt", 0),
                        (
                            "expected_minor__gte",
                            django.db.models.expressions.CombinedExpression(
                                models.F("advance_minor"), "*", models.Value(2)
                            ),
                        ),
                        ("expected_minor__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="advance_never_exceeds_half_of_expected_value",
            ),
        ),
        migrations.AddConstraint(
            model_name="intake",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("advance_at", None), ("advance_by", None), ("advance_minor", 0), ("advance_number", "")),
                    models.Q(
                        ("advance_at__isnull", False),
                        ("advance_by__isnull", False),
                        ("advance_minor__gt", 0),
                        ("status", "accepted"),
                        models.Q(("advance_number", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="advance_has_its_slip",
            ),
        ),
        migrations.AddConstraint(
            model_name="intake",
            constraint=stations.two_persons.TwoPersons(
                checker="advance_by", makers=("farmer",), name="nobody_pays_themselves_an_advance"
            ),
        ),
        migrations.AddField(
            model_name="presalecycle",
            name="crop",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orders.crop", verbose_name="crop"
            ),
        ),
        migrations.AddField(
            model_name="presalecycle",
            name="grade",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orders.grade", verbose_name="grade"
            ),
        ),
        migrations.AddField(
            model_name="presalecycle",
            name="lot",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="presale",
                to="orders.lot",
                verbose_name="lot of produce",
            ),
        ),
        migrations.AddField(
            model_name="presalecycle",
            name="opened_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="opened by",
            ),
        ),
        migrations.AddField(
            model_name="presalecycle",
            name="station",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="presales",
                to="stations.station",
                verbose_name="lies at",
            ),
        ),
        migrations.AddField(
            model_name="presaleharvest",
            name="notice",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="presales",
                to="orders.harvestnotice",
                verbose_name="harvest notice",
            ),
        ),
        migrations.AddField(
            model_name="presaleharvest",
            name="presale",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="harvests",
                to="orders.presalecycle",
                verbose_name="presale of a harvest",
            ),
        ),
        migrations.AddField(
            model_name="presaleorder",
            name="handed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="handed over by",
            ),
        ),
        migrations.AddField(
            model_name="presaleorder",
            name="payment",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="presale_order",
                to="finance.payment",
                verbose_name="payment",
            ),
        ),
        migrations.AddField(
            model_name="presaleorder",
            name="presale",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="orders",
                to="orders.presalecycle",
                verbose_name="presale of a harvest",
            ),
        ),
        migrations.AddField(
            model_name="presaleorder",
            name="station",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="presale_orders",
                to="stations.station",
                verbose_name="collected at",
            ),
        ),
        migrations.AddField(
            model_name="presaleorder",
            name="taken_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="taken by",
            ),
        ),
        migrations.AddField(
            model_name="presaleorder",
            name="villager",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="stations.person",
                verbose_name="resident",
            ),
        ),
        migrations.AddIndex(
            model_name="presalecycle",
            index=models.Index(fields=["station", "status", "-id"], name="presale_of_station"),
        ),
        migrations.AddIndex(
            model_name="presalecycle",
            index=models.Index(
                condition=models.Q(("status", "open")), fields=["closes_at"], name="presale_that_closes"
            ),
        ),
        migrations.AddConstraint(
            model_name="presalecycle",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "expected_g__gte",
                        django.db.models.expressions.CombinedExpression(models.F("ordered"), "*", models.F("box_g")),
                    ),
                    ("ordered__gte", 0),
                ),
                name="ordered_boxes_never_exceed_the_harvest",
            ),
        ),
        migrations.AddConstraint(
            model_name="presalecycle",
            constraint=models.CheckConstraint(
                condition=models.Q(("box_g__gt", 0), ("expected_g__gte", models.F("box_g")), ("price_minor__gt", 0)),
                name="presale_is_about_more_than_nothing",
            ),
        ),
        migrations.AddConstraint(
            model_name="presalecycle",
            constraint=models.CheckConstraint(
                condition=models.Q(("closes_at__gt", models.F("opens_at"))), name="presale_closes_after_it_opens"
            ),
        ),
        migrations.AddConstraint(
            model_name="presalecycle",
            constraint=models.CheckConstraint(
                condition=models.Q(("delivery_date__gt", models.F("closes_date"))),
                name="presale_is_delivered_after_its_close",
            ),
        ),
        migrations.AddConstraint(
            model_name="presalecycle",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at", None), ("status", "open")),
                    models.Q(models.Q(("status", "open"), _negated=True), ("closed_at__isnull", False)),
                    _connector="OR",
                ),
                name="presale_has_a_close_exactly_when_not_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="presalecycle",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("available__gt", 0),
                        ("available__lte", models.F("ordered")),
                        ("status__in", ["allotted", "delivered"]),
                        ("allotted_at__isnull", False),
                        ("lot__isnull", False),
                    ),
                    models.Q(
                        ("allotted_at", None), ("available", None), ("lot", None), ("status__in", ["open", "closed"])
                    ),
                    ("status", "cancelled"),
                    _connector="OR",
                ),
                name="allotted_presale_has_its_lot",
            ),
        ),
        migrations.AddConstraint(
            model_name="presalecycle",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", False), ("status__in", ["delivered", "cancelled"])),
                    models.Q(models.Q(("status__in", ["delivered", "cancelled"]), _negated=True), ("ended_at", None)),
                    _connector="OR",
                ),
                name="presale_has_an_end_exactly_when_it_ended",
            ),
        ),
        migrations.AddConstraint(
            model_name="presalecycle",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "delivered"), _negated=True), ("settled_at__isnull", False), _connector="OR"
                ),
                name="delivered_presale_is_settled",
            ),
        ),
        migrations.AddConstraint(
            model_name="presaleharvest",
            constraint=models.UniqueConstraint(fields=("presale", "notice"), name="presale_names_a_harvest_once"),
        ),
        migrations.AddIndex(
            model_name="presaleorder",
            index=models.Index(fields=["presale", "status", "id"], name="presale_order_of_presale"),
        ),
        migrations.AddIndex(
            model_name="presaleorder",
            index=models.Index(fields=["station", "status", "-id"], name="presale_order_of_station"),
        ),
        migrations.AddIndex(
            model_name="presaleorder",
            index=models.Index(fields=["villager", "-id"], name="presale_order_of_villager"),
        ),
        migrations.AddConstraint(
            model_name="presaleorder",
            constraint=models.CheckConstraint(
                condition=models.Q(("boxes__gt", 0), ("held_minor__gt", 0)), name="presale_order_is_above_nothing"
            ),
        ),
        migrations.AddConstraint(
            model_name="presaleorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("allotted", None),
                    models.Q(("allotted__gte", 0), ("allotted__lte", models.F("boxes"))),
                    _connector="OR",
                ),
                name="allotted_never_exceeds_ordered",
            ),
        ),
        migrations.AddConstraint(
            model_name="presaleorder",
            constraint=models.CheckConstraint(
                condition=models.Q(("returned_minor__gte", 0), ("returned_minor__lte", models.F("held_minor"))),
                name="presale_order_returns_at_most_what_was_paid",
            ),
        ),
        migrations.AddConstraint(
            model_name="presaleorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("handed_by", None), ("returned_minor", 0), ("status", "paid")),
                    models.Q(
                        ("allotted__gt", 0),
                        ("ended_at", None),
                        ("handed_by", None),
                        ("status", "allotted"),
                        ("returned_minor__lt", models.F("held_minor")),
                    ),
                    models.Q(
                        ("allotted__gt", 0),
                        ("ended_at__isnull", False),
                        ("handed_by__isnull", False),
                        ("status", "handed_over"),
                        ("returned_minor__lt", models.F("held_minor")),
                    ),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("handed_by", None),
                        ("returned_minor", models.F("held_minor")),
                        ("status__in", ["withdrawn", "declined", "returned"]),
                    ),
                    _connector="OR",
                ),
                name="presale_order_is_held_or_handed_over_or_given_back_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="presaleorder",
            constraint=stations.two_persons.TwoPersons(
                checker="handed_by", makers=("villager",), name="nobody_hands_boxes_to_themselves"
            ),
        ),
        function("orders", "orders_count_presale_order"),
        function("orders", "orders_keep_presale_ordered"),
        function("orders", "orders_check_allotment"),
        statements("orders", "presale_triggers"),
    ]
