"""Parcels to the city: tariffs, what was paid for each, and what counties give for parcels."""

import core.fields
import core.web.ranges
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.comparison
import phonenumber_field.modelfields
import stations.places.models
import stations.two_persons
from django.conf import settings
from django.db import migrations, models

from core.database.sql_files import function, statements


class Migration(migrations.Migration):
    dependencies = [
        ("finance", "0022_parcels"),
        ("logistics", "0006_outside"),
        ("orders", "0006_payment_links"),
        ("stations", "0011_teachers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ShippingTariff",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
                ("compensation_ceiling_minor", models.BigIntegerField(verbose_name="compensation at most")),
                (
                    "undeclared_times",
                    models.PositiveSmallIntegerField(
                        default=3,
                        help_text="The compensation where no value was declared.",
                        verbose_name="times the price",
                    ),
                ),
                ("from_date", models.DateField(verbose_name="from")),
                ("to_date", models.DateField(blank=True, null=True, verbose_name="to")),
                (
                    "carrier",
                    models.ForeignKey(
                        limit_choices_to={"kind": "courier"},
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="logistics.carrier",
                        verbose_name="carrier",
                    ),
                ),
                (
                    "division",
                    models.ForeignKey(
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
            ],
            options={
                "verbose_name": "tariff of parcels to the city",
                "verbose_name_plural": "tariffs of parcels to the city",
            },
        ),
        migrations.CreateModel(
            name="ShippingRegion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("name", core.fields.LineField(max_length=60, verbose_name="name")),
                (
                    "tariff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="regions",
                        to="orders.shippingtariff",
                        verbose_name="tariff",
                    ),
                ),
            ],
            options={
                "verbose_name": "region of a zone",
                "verbose_name_plural": "regions of a zone",
            },
        ),
        migrations.CreateModel(
            name="Shipment",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "key",
                    models.CharField(help_text="Unique forever: one press, one parcel.", max_length=160, unique=True),
                ),
                ("number", models.CharField(max_length=20, unique=True, verbose_name="number")),
                (
                    "sender_name",
                    core.fields.LineField(
                        blank=True, help_text="Empty once forgotten.", max_length=80, verbose_name="sender"
                    ),
                ),
                (
                    "sender_phone",
                    phonenumber_field.modelfields.PhoneNumberField(
                        blank=True, max_length=128, region=None, verbose_name="phone of the sender"
                    ),
                ),
                ("weight_g", models.PositiveIntegerField(verbose_name="weight in grams")),
                ("price_minor", models.BigIntegerField(verbose_name="price")),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
                ("declared_minor", models.BigIntegerField(default=0, verbose_name="declared value")),
                (
                    "limit_minor",
                    models.BigIntegerField(
                        help_text="What is paid when it is lost, and at most when it is damaged.",
                        verbose_name="compensation at most",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("accepted", "accepted and paid"),
                            ("handed_on", "with the carrier"),
                            ("delivered", "delivered"),
                            ("returned", "back at the station"),
                            ("handed_back", "returned to the sender"),
                            ("cancelled", "cancelled"),
                            ("lost", "lost, compensated"),
                        ],
                        default="accepted",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("accepted_at", models.DateTimeField(verbose_name="accepted at")),
                ("handed_on_at", models.DateTimeField(blank=True, null=True, verbose_name="given to the carrier at")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
                ("refunded_minor", models.BigIntegerField(default=0, verbose_name="price refunded")),
                ("compensated_minor", models.BigIntegerField(default=0, verbose_name="compensation")),
                (
                    "compensation_reason",
                    core.fields.LineField(blank=True, max_length=200, verbose_name="reason for the compensation"),
                ),
                (
                    "accepted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="accepted by",
                    ),
                ),
                (
                    "compensated_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="compensation decided by",
                    ),
                ),
                (
                    "parcel",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shipment",
                        to="logistics.parcel",
                        verbose_name="parcel",
                    ),
                ),
                (
                    "payment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shipment",
                        to="finance.payment",
                        verbose_name="payment",
                    ),
                ),
                (
                    "sender",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stations.person",
                        verbose_name="resident",
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stations.station",
                        verbose_name="station",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orders.shippingregion",
                        verbose_name="region",
                    ),
                ),
                (
                    "tariff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orders.shippingtariff",
                        verbose_name="tariff",
                    ),
                ),
            ],
            options={
                "verbose_name": "parcel to the city",
                "verbose_name_plural": "parcels to the city",
            },
        ),
        migrations.CreateModel(
            name="ShippingZone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                ("name", core.fields.LineField(max_length=60, verbose_name="name")),
                ("name_zh", core.fields.LineField(max_length=60, verbose_name="name in Chinese")),
                (
                    "tariff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="zones",
                        to="orders.shippingtariff",
                        verbose_name="tariff",
                    ),
                ),
            ],
            options={
                "verbose_name": "zone of prices",
                "verbose_name_plural": "zones of prices",
            },
        ),
        migrations.CreateModel(
            name="ShippingStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("up_to_g", models.PositiveIntegerField(verbose_name="up to grams")),
                ("price_minor", models.BigIntegerField(verbose_name="price")),
                (
                    "zone",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="orders.shippingzone",
                        verbose_name="zone",
                    ),
                ),
            ],
            options={
                "verbose_name": "step of weight",
                "verbose_name_plural": "steps of weight",
            },
        ),
        migrations.AddField(
            model_name="shippingregion",
            name="zone",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="regions",
                to="orders.shippingzone",
                verbose_name="zone",
            ),
        ),
        migrations.CreateModel(
            name="SubsidyProgramme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("name", core.fields.LineField(max_length=80, verbose_name="name")),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
                ("inbound_minor", models.BigIntegerField(default=0, verbose_name="for a parcel that is handed over")),
                (
                    "outbound_minor",
                    models.BigIntegerField(default=0, verbose_name="for a parcel that goes to the city"),
                ),
                ("budget_minor", models.BigIntegerField(verbose_name="budget")),
                ("used_minor", models.BigIntegerField(default=0, editable=False, verbose_name="used")),
                ("from_date", models.DateField(verbose_name="from")),
                ("to_date", models.DateField(blank=True, null=True, verbose_name="to")),
                (
                    "division",
                    models.ForeignKey(
                        limit_choices_to={"level": "county"},
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stations.division",
                        verbose_name="county",
                    ),
                ),
            ],
            options={
                "verbose_name": "subsidy programme",
                "verbose_name_plural": "subsidy programmes",
            },
        ),
        migrations.CreateModel(
            name="ParcelSubsidy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "direction",
                    models.CharField(
                        choices=[("inbound", "handed over"), ("outbound", "to the city")],
                        max_length=8,
                        verbose_name="direction",
                    ),
                ),
                ("amount_minor", models.BigIntegerField(verbose_name="amount")),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
                ("accrued_at", models.DateTimeField(verbose_name="accrued at")),
                (
                    "parcel",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subsidy",
                        to="logistics.parcel",
                        verbose_name="parcel",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="partner",
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stations.station",
                        verbose_name="station",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parcels",
                        to="orders.subsidyprogramme",
                        verbose_name="subsidy programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "subsidy of a parcel",
                "verbose_name_plural": "subsidies of parcels",
            },
        ),
        migrations.AddConstraint(
            model_name="shippingtariff",
            constraint=models.CheckConstraint(
                condition=models.Q(("compensation_ceiling_minor__gt", 0)), name="compensation_ceiling_is_above_nothing"
            ),
        ),
        migrations.AddConstraint(
            model_name="shippingtariff",
            constraint=models.CheckConstraint(
                condition=models.Q(("to_date", None), ("to_date__gt", models.F("from_date")), _connector="OR"),
                name="shipping_tariff_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="shippingtariff",
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
                name="county_has_one_shipping_tariff_at_any_date",
            ),
        ),
        migrations.AddIndex(
            model_name="shipment",
            index=models.Index(fields=["station", "status", "-id"], name="shipment_of_station"),
        ),
        migrations.AddIndex(
            model_name="shipment",
            index=models.Index(fields=["sender", "-id"], name="shipment_of_sender"),
        ),
        migrations.AddConstraint(
            model_name="shipment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("declared_minor__gte", 0), ("limit_minor__gt", 0), ("price_minor__gt", 0), ("weight_g__gt", 0)
                ),
                name="shipment_has_a_weight_and_a_price",
            ),
        ),
        migrations.AddConstraint(
            model_name="shipment",
            constraint=models.CheckConstraint(
                condition=models.Q(("refunded_minor", 0), ("refunded_minor", models.F("price_minor")), _connector="OR"),
                name="shipment_is_refunded_whole_or_not",
            ),
        ),
        migrations.AddConstraint(
            model_name="shipment",
            constraint=models.CheckConstraint(
                condition=models.Q(("compensated_minor__gte", 0), ("compensated_minor__lte", models.F("limit_minor"))),
                name="compensation_never_exceeds_the_limit",
            ),
        ),
        migrations.AddConstraint(
            model_name="shipment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "cancelled"), _negated=True),
                    models.Q(("handed_on_at", None), ("refunded_minor", models.F("price_minor"))),
                    _connector="OR",
                ),
                name="cancelled_shipment_never_left_and_is_refunded",
            ),
        ),
        migrations.AddConstraint(
            model_name="shipment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["handed_on", "delivered"]), _negated=True),
                    ("handed_on_at__isnull", False),
                    _connector="OR",
                ),
                name="shipment_with_a_carrier_says_since_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="shipment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "lost"), _negated=True),
                    models.Q(("compensated_minor__gt", 0), ("refunded_minor", models.F("price_minor"))),
                    _connector="OR",
                ),
                name="lost_shipment_is_compensated_and_refunded",
            ),
        ),
        migrations.AddConstraint(
            model_name="shipment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("status__in", ["accepted", "handed_on", "returned"])),
                    models.Q(
                        models.Q(("status__in", ["accepted", "handed_on", "returned"]), _negated=True),
                        ("ended_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="shipment_has_an_end_exactly_when_ended",
            ),
        ),
        migrations.AddConstraint(
            model_name="shipment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("compensated_by", None), ("compensation_reason", "")),
                    models.Q(
                        ("compensated_by__isnull", False),
                        ("compensated_minor__gt", 0),
                        models.Q(("compensation_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="decided_compensation_has_an_amount_and_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="shipment",
            constraint=stations.two_persons.TwoPersons(
                checker="compensated_by",
                makers=("accepted_by",),
                name="compensation_is_decided_by_another_than_who_accepted_the_parcel",
            ),
        ),
        migrations.AddConstraint(
            model_name="shippingzone",
            constraint=models.UniqueConstraint(fields=("tariff", "position"), name="tariff_has_one_zone_at_a_position"),
        ),
        migrations.AddConstraint(
            model_name="shippingstep",
            constraint=models.UniqueConstraint(fields=("zone", "up_to_g"), name="zone_has_one_price_up_to_a_weight"),
        ),
        migrations.AddConstraint(
            model_name="shippingstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("price_minor__gt", 0), ("up_to_g__gt", 0)),
                name="step_of_weight_costs_more_than_nothing",
            ),
        ),
        migrations.AddConstraint(
            model_name="shippingregion",
            constraint=models.UniqueConstraint(fields=("tariff", "name"), name="region_lies_in_one_zone_of_a_tariff"),
        ),
        migrations.AddConstraint(
            model_name="subsidyprogramme",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("inbound_minor__gte", 0),
                    ("outbound_minor__gte", 0),
                    models.Q(("inbound_minor__gt", 0), ("outbound_minor__gt", 0), _connector="OR"),
                ),
                name="subsidy_is_for_one_kind_of_parcel_at_least",
            ),
        ),
        migrations.AddConstraint(
            model_name="subsidyprogramme",
            constraint=models.CheckConstraint(
                condition=models.Q(("used_minor__gte", 0), ("used_minor__lte", models.F("budget_minor"))),
                name="subsidy_never_exceeds_its_budget",
            ),
        ),
        migrations.AddConstraint(
            model_name="subsidyprogramme",
            constraint=models.CheckConstraint(
                condition=models.Q(("to_date", None), ("to_date__gt", models.F("from_date")), _connector="OR"),
                name="subsidy_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="subsidyprogramme",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (stations.places.models.HashOfKey("currency"), "="),
                    (models.F("division"), "="),
                    (
                        core.web.ranges.DateSpan(
                            "from_date", "to_date", django.contrib.postgres.fields.ranges.RangeBoundary()
                        ),
                        "&&",
                    ),
                ],
                name="county_has_one_subsidy_for_parcels_at_any_date",
            ),
        ),
        migrations.AddIndex(
            model_name="parcelsubsidy",
            index=models.Index(fields=["station", "-accrued_at"], name="parcel_subsidy_of_station"),
        ),
        migrations.AddConstraint(
            model_name="parcelsubsidy",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gte", 0)), name="subsidy_of_a_parcel_is_not_negative"
            ),
        ),
        function("orders", "orders_check_shipping_region"),
        statements("orders", "shipping_triggers"),
        function("orders", "orders_add_parcel_subsidy"),
        function("orders", "orders_keep_subsidy_used"),
        statements("orders", "subsidy_triggers"),
    ]
