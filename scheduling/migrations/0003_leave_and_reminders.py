"""Absences name the bookings that they ended; bookings know when people are reminded of them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.database.sql_files import function


class Migration(migrations.Migration):
    dependencies = [
        ("scheduling", "0002_rules"),
        ("stations", "0004_reference"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="resource",
            index=models.Index(fields=["zone"], name="resource_in_zone"),
        ),
        function("scheduling", "scheduling_refuse_unknown_zone"),
        migrations.AddField(
            model_name="booking",
            name="cancelled_for",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="cancelled_bookings",
                to="scheduling.availabilityexception",
                verbose_name="cancelled because of",
            ),
        ),
        migrations.AddField(
            model_name="booking",
            name="next_reminder_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="next reminder"),
        ),
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(
                condition=models.Q(("next_reminder_at__isnull", False)),
                fields=["next_reminder_at"],
                name="booking_to_be_reminded_of",
            ),
        ),
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(
                condition=models.Q(("status__in", ["booked", "arrived", "checked-in"])),
                fields=["noshow_after_at"],
                name="booking_whose_end_is_due",
            ),
        ),
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(
                condition=models.Q(("cancelled_for__isnull", False)),
                fields=["cancelled_for", "station"],
                name="booking_of_absence",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cancelled_for", None),
                    models.Q(("cancelled_by", "provider"), ("status", "cancelled")),
                    _connector="OR",
                ),
                name="booking_that_an_absence_ended_is_cancelled_by_the_provider",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(("next_reminder_at", None), ("status", "booked"), _connector="OR"),
                name="only_what_is_booked_is_reminded_of",
            ),
        ),
    ]
