"""Parcels that go to the city."""

import core.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.database.sql_files import statements


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0005_reference_version"),
        ("logistics", "0005_route_rules"),
        ("stations", "0011_teachers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="parcel",
            name="parcel_has_one_custodian",
        ),
        migrations.RemoveConstraint(
            model_name="parcel",
            name="parcel_has_an_end_exactly_when_ended",
        ),
        migrations.AddField(
            model_name="parcel",
            name="carrier_number",
            field=core.fields.LineField(blank=True, max_length=40, verbose_name="number of the carrier"),
        ),
        migrations.AddField(
            model_name="parcel",
            name="goes_outside",
            field=models.BooleanField(default=False, verbose_name="goes to an address outside the network"),
        ),
        migrations.AddField(
            model_name="parcel",
            name="outside_address",
            field=core.fields.LineField(blank=True, max_length=200, verbose_name="address"),
        ),
        migrations.AddField(
            model_name="parcel",
            name="outside_carrier",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="logistics.carrier",
                verbose_name="given to the carrier",
            ),
        ),
        migrations.AlterField(
            model_name="carrier",
            name="kind",
            field=models.CharField(
                choices=[("van", "own van"), ("bus", "village bus"), ("courier", "parcel carrier")],
                max_length=8,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="parcel",
            name="status",
            field=models.CharField(
                choices=[
                    ("pre_transit", "registered"),
                    ("at_county_hub", "at the county centre"),
                    ("at_township_hub", "at the township hub"),
                    ("in_transit", "on the way"),
                    ("out_for_delivery", "on the way to the station"),
                    ("available_for_pickup", "ready to collect"),
                    ("collected", "collected"),
                    ("delivered", "delivered by the carrier"),
                    ("cancelled", "returned to the sender at the counter"),
                    ("refused", "refused by the receiver"),
                    ("uncollected", "not collected in time"),
                    ("return_to_sender", "on the way back"),
                    ("returned", "back with the sender"),
                    ("lost", "lost"),
                ],
                default="pre_transit",
                max_length=20,
                verbose_name="status",
            ),
        ),
        migrations.AlterField(
            model_name="parcelevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("created", "registered"),
                    ("loaded", "loaded"),
                    ("arrived", "arrived at a hub"),
                    ("received", "received at the station"),
                    ("code_sent", "new pick-up code"),
                    ("collected", "handed over"),
                    ("refused", "refused by the receiver"),
                    ("uncollected", "not collected in time"),
                    ("extended", "waits longer"),
                    ("sent_back", "sent back"),
                    ("returned", "back with the sender"),
                    ("trouble", "trouble reported"),
                    ("annulled", "scan annulled"),
                    ("handed_on", "given to the carrier"),
                    ("tracked", "scanned by the carrier"),
                    ("delivered", "delivered by the carrier"),
                    ("brought_back", "brought back by the carrier"),
                    ("cancelled", "returned to the sender at the counter"),
                ],
                max_length=12,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="parcelevent",
            name="new_status",
            field=models.CharField(
                choices=[
                    ("pre_transit", "registered"),
                    ("at_county_hub", "at the county centre"),
                    ("at_township_hub", "at the township hub"),
                    ("in_transit", "on the way"),
                    ("out_for_delivery", "on the way to the station"),
                    ("available_for_pickup", "ready to collect"),
                    ("collected", "collected"),
                    ("delivered", "delivered by the carrier"),
                    ("cancelled", "returned to the sender at the counter"),
                    ("refused", "refused by the receiver"),
                    ("uncollected", "not collected in time"),
                    ("return_to_sender", "on the way back"),
                    ("returned", "back with the sender"),
                    ("lost", "lost"),
                ],
                max_length=20,
                verbose_name="status",
            ),
        ),
        migrations.AlterField(
            model_name="parcelevent",
            name="old_status",
            field=models.CharField(
                blank=True,
                choices=[
                    ("pre_transit", "registered"),
                    ("at_county_hub", "at the county centre"),
                    ("at_township_hub", "at the township hub"),
                    ("in_transit", "on the way"),
                    ("out_for_delivery", "on the way to the station"),
                    ("available_for_pickup", "ready to collect"),
                    ("collected", "collected"),
                    ("delivered", "delivered by the carrier"),
                    ("cancelled", "returned to the sender at the counter"),
                    ("refused", "refused by the receiver"),
                    ("uncollected", "not collected in time"),
                    ("return_to_sender", "on the way back"),
                    ("returned", "back with the sender"),
                    ("lost", "lost"),
                ],
                max_length=20,
                verbose_name="status before",
            ),
        ),
        migrations.AddIndex(
            model_name="parcel",
            index=models.Index(
                condition=models.Q(("outside_carrier__isnull", False), ("status", "out_for_delivery")),
                fields=["outside_carrier"],
                name="parcel_with_outside_carrier",
            ),
        ),
        migrations.AddConstraint(
            model_name="parcel",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("custodian__isnull", False),
                        (
                            "status__in",
                            [
                                "pre_transit",
                                "at_county_hub",
                                "at_township_hub",
                                "available_for_pickup",
                                "refused",
                                "uncollected",
                            ],
                        ),
                    ),
                    models.Q(
                        ("custodian", None),
                        (
                            "status__in",
                            [
                                "in_transit",
                                "out_for_delivery",
                                "collected",
                                "delivered",
                                "cancelled",
                                "return_to_sender",
                                "returned",
                                "lost",
                            ],
                        ),
                    ),
                    _connector="OR",
                ),
                name="parcel_has_one_custodian",
            ),
        ),
        migrations.AddConstraint(
            model_name="parcel",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("ended_at__isnull", False),
                        ("status__in", ["collected", "delivered", "cancelled", "returned", "lost"]),
                    ),
                    models.Q(
                        models.Q(
                            ("status__in", ["collected", "delivered", "cancelled", "returned", "lost"]), _negated=True
                        ),
                        ("ended_at", None),
                    ),
                    _connector="OR",
                ),
                name="parcel_has_an_end_exactly_when_ended",
            ),
        ),
        migrations.AddConstraint(
            model_name="parcel",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("goes_outside", True),
                    models.Q(
                        ("carrier_number", ""),
                        ("goes_outside", False),
                        ("outside_address", ""),
                        ("outside_carrier", None),
                    ),
                    _connector="OR",
                ),
                name="only_a_parcel_that_goes_outside_has_an_address_and_a_carrier",
            ),
        ),
        migrations.AddConstraint(
            model_name="parcel",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("goes_outside", False),
                    models.Q(("outside_address", ""), _negated=True),
                    ("forgotten_at__isnull", False),
                    _connector="OR",
                ),
                name="parcel_that_goes_outside_has_an_address_until_forgotten",
            ),
        ),
        migrations.AddConstraint(
            model_name="parcel",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("goes_outside", False),
                    models.Q(
                        ("status__in", ["available_for_pickup", "collected", "refused", "uncollected"]), _negated=True
                    ),
                    _connector="OR",
                ),
                name="parcel_that_goes_outside_is_not_collected_here",
            ),
        ),
        migrations.AddConstraint(
            model_name="parcel",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "delivered"), _negated=True),
                    ("outside_carrier__isnull", False),
                    _connector="OR",
                ),
                name="delivered_parcel_was_given_to_a_carrier",
            ),
        ),
        statements("logistics", "outside_triggers"),
    ]
