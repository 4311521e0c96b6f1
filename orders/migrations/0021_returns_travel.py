"""Returns travel in parcels, end when nothing is brought, and say when their money could not move."""

from django.db import migrations, models

from core.database.sql_files import statements

#: Who gave cause, of returns that were asked for before it was stored.
BEARERS = """
UPDATE orders_return SET leg_bearer = CASE reason
    WHEN 'defect' THEN 'supplier' WHEN 'wrong_item' THEN 'warehouse' WHEN 'change_of_mind' THEN 'buyer' ELSE 'carrier'
END
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0020_promotions_held"), ("stations", "0017_coupon_codes")]

    operations = [
        migrations.RemoveConstraint(
            model_name="return",
            name="return_has_an_inspector_exactly_when_inspected",
        ),
        migrations.AddField(
            model_name="return",
            name="bring_until_date",
            field=models.DateField(blank=True, null=True, verbose_name="to be brought until"),
        ),
        migrations.AddField(
            model_name="return",
            name="leg_bearer",
            field=models.CharField(
                choices=[
                    ("supplier", "the supplier"),
                    ("carrier", "the carrier"),
                    ("warehouse", "the platform"),
                    ("buyer", "the buyer"),
                ],
                default="",
                max_length=9,
                verbose_name="the way back is paid by",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="return",
            name="parcel",
            field=models.UUIDField(blank=True, null=True, unique=True, verbose_name="parcel"),
        ),
        migrations.AddField(
            model_name="return",
            name="parcel_number",
            field=models.CharField(blank=True, max_length=32, verbose_name="number of the parcel"),
        ),
        migrations.AddField(
            model_name="return",
            name="unsettled_at",
            field=models.DateTimeField(
                blank=True,
                help_text="The goods were lost, or sent again; the money could not move.",
                null=True,
                verbose_name="not settled since",
            ),
        ),
        migrations.AddField(
            model_name="return",
            name="unsettled_code",
            field=models.SlugField(blank=True, max_length=60, verbose_name="why it is not settled"),
        ),
        migrations.AddField(
            model_name="returnpolicy",
            name="bring_days",
            field=models.PositiveSmallIntegerField(
                default=14,
                help_text="After the approval; the return ends if they are over.",
                verbose_name="days to bring the goods",
            ),
        ),
        migrations.AddField(
            model_name="returnpolicy",
            name="person_ceilings",
            field=models.PositiveSmallIntegerField(default=3, verbose_name="ceilings for a buyer in these days"),
        ),
        migrations.AddField(
            model_name="returnpolicy",
            name="person_days",
            field=models.PositiveSmallIntegerField(
                default=30,
                help_text="In so many days a buyer is refunded at the counter at most so many times its ceiling.",
                verbose_name="days that count for a buyer",
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
                    ("expired", "not brought in time"),
                    ("in_transit", "on the way to the county centre"),
                    ("lost", "lost on the way back"),
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
            model_name="return",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["approved", "expired"]), _negated=True),
                    ("bring_until_date__isnull", False),
                    _connector="OR",
                ),
                name="approved_return_says_until_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="return",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["dropped", "in_transit", "received", "lost"]), _negated=True),
                    ("parcel__isnull", False),
                    _connector="OR",
                ),
                name="goods_on_their_way_back_have_a_parcel",
            ),
        ),
        migrations.AddConstraint(
            model_name="return",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "lost"), _negated=True), ("refunded_at__isnull", False), _connector="OR"
                ),
                name="lost_return_has_its_money",
            ),
        ),
        migrations.AddConstraint(
            model_name="return",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("unsettled_at", None), ("unsettled_code", "")),
                    models.Q(
                        ("status__in", ["dropped", "in_transit", "replaced"]),
                        ("unsettled_at__isnull", False),
                        models.Q(("unsettled_code", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="return_that_is_not_settled_says_why",
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
                            [
                                "requested",
                                "approved",
                                "rejected",
                                "cancelled",
                                "expired",
                                "dropped",
                                "in_transit",
                                "received",
                                "lost",
                            ],
                        ),
                    ),
                    _connector="OR",
                ),
                name="return_has_an_inspector_exactly_when_inspected",
            ),
        ),
        migrations.AddConstraint(
            model_name="returnpolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(("bring_days__gte", 1), ("person_ceilings__gte", 1), ("person_days__gte", 1)),
                name="return_policy_counts_at_least_one_day",
            ),
        ),
        migrations.RunSQL(BEARERS, migrations.RunSQL.noop),
        statements("orders", "orders_check_return"),
        statements(
            "orders",
            "return_way_triggers",
            backwards="""
            DROP TRIGGER columns_stay ON orders_return;
            CALL keep_columns('orders_return', 'key', 'number', 'order_id', 'station_id', 'value_minor', 'leg_minor',
                'carrier', 'currency', 'is_instant', 'reason', 'resolution', 'requested_at', 'requested_by_id');
            """,
        ),
    ]
