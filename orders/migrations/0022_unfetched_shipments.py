"""Parcels to the city that their senders do not fetch are kept for so many days, and then disposed of."""

import core.fields
import django.db.models.deletion
import stations.two_persons
from django.conf import settings
from django.db import migrations, models


#: What lies at the stations already is kept from the day of the upgrade on.
KEPT = "UPDATE orders_shipment SET fetch_until_date = CURRENT_DATE + 30 WHERE status = 'returned'"


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0021_returns_travel"),
        ("finance", "0033_recommendation_fees"),
        ("logistics", "0008_parcels_back"),
        ("stations", "0017_coupon_codes"),
    ]

    operations = [
        migrations.AddField(
            model_name="shipment",
            name="disposal_record",
            field=core.fields.LineField(
                blank=True,
                help_text="What was in it, what became of it, and who saw that.",
                max_length=400,
                verbose_name="record of the disposal",
            ),
        ),
        migrations.AddField(
            model_name="shipment",
            name="disposed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="disposed of by",
            ),
        ),
        migrations.AddField(
            model_name="shipment",
            name="fetch_until_date",
            field=models.DateField(
                blank=True,
                help_text="By the sender, once it is back at the station.",
                null=True,
                verbose_name="to be fetched until",
            ),
        ),
        migrations.AddField(
            model_name="shippingtariff",
            name="fetch_days",
            field=models.PositiveSmallIntegerField(
                default=30,
                help_text="So long a parcel that could not be delivered waits for its sender at the station.",
                verbose_name="days to fetch what came back",
            ),
        ),
        migrations.AlterField(
            model_name="shipment",
            name="status",
            field=models.CharField(
                choices=[
                    ("accepted", "accepted and paid"),
                    ("handed_on", "with the carrier"),
                    ("delivered", "delivered"),
                    ("returned", "back at the station"),
                    ("handed_back", "returned to the sender"),
                    ("disposed", "not fetched, disposed of"),
                    ("cancelled", "cancelled"),
                    ("lost", "lost, compensated"),
                ],
                default="accepted",
                max_length=12,
                verbose_name="status",
            ),
        ),
        migrations.RunSQL(KEPT, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="shipment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["returned", "disposed"]), _negated=True),
                    ("fetch_until_date__isnull", False),
                    _connector="OR",
                ),
                name="shipment_that_waits_for_its_sender_says_until_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="shipment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("status", "disposed"), _negated=True), ("disposal_record", ""), ("disposed_by", None)
                    ),
                    models.Q(
                        ("disposed_by__isnull", False),
                        ("status", "disposed"),
                        models.Q(("disposal_record", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="disposed_shipment_has_a_record",
            ),
        ),
        migrations.AddConstraint(
            model_name="shipment",
            constraint=stations.two_persons.TwoPersons(
                checker="disposed_by",
                makers=("accepted_by",),
                name="shipment_is_disposed_of_by_another_than_who_accepted_it",
            ),
        ),
    ]
