"""The tables of calendars and bookings."""

import core.fields
import core.web.ranges
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import scheduling.calendars.models.availability
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("stations", "0004_reference"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HolidayCalendar",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("code", models.CharField(max_length=12, unique=True, verbose_name="code")),
                ("name", core.fields.LineField(max_length=80, verbose_name="name")),
            ],
            options={
                "verbose_name": "holiday calendar",
                "verbose_name_plural": "holiday calendars",
            },
        ),
        migrations.CreateModel(
            name="BookingPolicy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("code", models.CharField(max_length=40, verbose_name="code")),
                ("revision", models.PositiveIntegerField(default=1, verbose_name="revision")),
                ("opens_days_before", models.PositiveSmallIntegerField(verbose_name="opens days before")),
                ("release_local_time", models.TimeField(verbose_name="opens at")),
                (
                    "closes_minutes_before",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="closes minutes before"),
                ),
                (
                    "closes_day_before_at",
                    models.TimeField(blank=True, null=True, verbose_name="closes on the day before at"),
                ),
                (
                    "cancel_minutes_before",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="free to cancel until minutes before"
                    ),
                ),
                (
                    "cancel_day_before_at",
                    models.TimeField(blank=True, null=True, verbose_name="free to cancel on the day before until"),
                ),
                ("hold_minutes", models.PositiveSmallIntegerField(default=10, verbose_name="a place is held minutes")),
                (
                    "hold_max_minutes",
                    models.PositiveSmallIntegerField(default=30, verbose_name="a place is held at most minutes"),
                ),
                ("late_minutes", models.PositiveSmallIntegerField(default=0, verbose_name="may come late minutes")),
                (
                    "noshow_grace_minutes",
                    models.PositiveSmallIntegerField(default=30, verbose_name="absent minutes after the end"),
                ),
                (
                    "attendance",
                    models.CharField(
                        choices=[
                            ("recorded", "recorded at the desk"),
                            ("file", "by the provider’s file"),
                            ("assumed", "assumed"),
                        ],
                        default="recorded",
                        max_length=8,
                        verbose_name="attendance",
                    ),
                ),
            ],
            options={
                "verbose_name": "booking policy",
                "verbose_name_plural": "booking policies",
                "constraints": [
                    models.UniqueConstraint(fields=("code", "revision"), name="booking_policy_has_a_revision_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closes_day_before_at__isnull", False), ("closes_minutes_before", None)),
                            models.Q(("closes_day_before_at", None), ("closes_minutes_before__isnull", False)),
                            _connector="OR",
                        ),
                        name="booking_policy_closes_in_one_way",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cancel_day_before_at__isnull", False), ("cancel_minutes_before", None)),
                            models.Q(("cancel_day_before_at", None), ("cancel_minutes_before__isnull", False)),
                            _connector="OR",
                        ),
                        name="booking_policy_has_one_deadline_to_cancel",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("hold_minutes__gte", 1), ("hold_minutes__lte", models.F("hold_max_minutes"))
                        ),
                        name="booking_policy_holds_at_least_a_minute_and_at_most_its_maximum",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("opens_days_before__lte", 400)), name="booking_policy_opens_within_400_days"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Offering",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("owner_kind", models.CharField(max_length=40)),
                ("owner_ref", models.CharField(max_length=64)),
                ("label", core.fields.LineField(max_length=60, verbose_name="public label")),
                ("label_zh", core.fields.LineField(max_length=60, verbose_name="public label in Chinese")),
                ("has_waitlist", models.BooleanField(default=False, verbose_name="has a waiting list")),
                ("allows_series", models.BooleanField(default=False, verbose_name="can be booked in a series")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offerings",
                        to="scheduling.bookingpolicy",
                    ),
                ),
            ],
            options={
                "verbose_name": "offering",
                "verbose_name_plural": "offerings",
            },
        ),
        migrations.CreateModel(
            name="Booking",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("proposed", "requested"),
                            ("pending", "place held"),
                            ("booked", "booked"),
                            ("arrived", "arrived"),
                            ("checked-in", "checked in"),
                            ("fulfilled", "took place"),
                            ("noshow", "did not come"),
                            ("cancelled", "cancelled"),
                            ("waitlist", "on the waiting list"),
                            ("entered-in-error", "entered in error"),
                        ],
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                ("owner_kind", models.CharField(max_length=40)),
                ("quantity", models.PositiveSmallIntegerField(default=1, verbose_name="places")),
                ("sequence_no", models.PositiveIntegerField(blank=True, null=True, verbose_name="number")),
                ("hold_expires_at", models.DateTimeField(blank=True, null=True, verbose_name="held until")),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                ("exclusivity_key", models.CharField(blank=True, max_length=120)),
                ("public_label", core.fields.LineField(max_length=60, verbose_name="what")),
                ("public_place", core.fields.LineField(blank=True, max_length=120, verbose_name="where")),
                (
                    "free_cancel_until_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="free to cancel until"),
                ),
                ("arrive_by_at", models.DateTimeField(blank=True, null=True, verbose_name="arrive by")),
                ("noshow_after_at", models.DateTimeField(blank=True, null=True, verbose_name="absent from")),
                (
                    "cancelled_by",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("resident", "the resident"),
                            ("station", "the station"),
                            ("provider", "the provider"),
                            ("system", "the system"),
                        ],
                        max_length=8,
                        verbose_name="cancelled by",
                    ),
                ),
                ("reason_code", models.CharField(blank=True, max_length=40, verbose_name="reason")),
                ("comment", core.fields.LineField(blank=True, max_length=200, verbose_name="comment")),
                ("is_late", models.BooleanField(default=False, verbose_name="cancelled after the deadline")),
                ("priority", models.SmallIntegerField(default=0, verbose_name="priority in the line")),
                ("joined_at", models.DateTimeField(blank=True, null=True, verbose_name="in the line since")),
                ("offers_missed", models.PositiveSmallIntegerField(default=0)),
                ("ical_uid", models.UUIDField(default=core.fields.uuid7, editable=False)),
                ("ical_sequence", models.PositiveIntegerField(default=0)),
                ("key", models.CharField(max_length=64)),
                (
                    "booked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "replaced_by",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaces",
                        to="scheduling.booking",
                        verbose_name="moved to",
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bookings",
                        to="stations.station",
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bookings",
                        to="stations.person",
                        verbose_name="person",
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="scheduling.bookingpolicy"
                    ),
                ),
                (
                    "offering",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="bookings", to="scheduling.offering"
                    ),
                ),
            ],
            options={
                "verbose_name": "booking",
                "verbose_name_plural": "bookings",
            },
        ),
        migrations.CreateModel(
            name="Participant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("subject", "the person it is for"),
                            ("guardian", "guardian"),
                            ("attendee", "attendee"),
                            ("provider", "provider"),
                        ],
                        max_length=8,
                        verbose_name="role",
                    ),
                ),
                ("starts_at", models.DateTimeField(verbose_name="from")),
                ("ends_at", models.DateTimeField(verbose_name="until")),
                ("is_active", models.BooleanField(default=True)),
                ("may_overlap", models.BooleanField(default=False)),
                (
                    "booking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="participants",
                        to="scheduling.booking",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stations.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "participant",
                "verbose_name_plural": "participants",
            },
        ),
        migrations.CreateModel(
            name="Resource",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("practitioner", "practitioner"),
                            ("tutor", "tutor"),
                            ("classroom", "classroom"),
                            ("booth", "call booth"),
                            ("guide", "guide"),
                            ("room", "guest room"),
                            ("vehicle", "vehicle"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("name", core.fields.LineField(max_length=120, verbose_name="name")),
                ("zone", models.CharField(max_length=40, verbose_name="time zone")),
                ("owner_kind", models.CharField(max_length=40)),
                ("owner_ref", models.CharField(max_length=64)),
                ("is_exclusive", models.BooleanField(default=True, verbose_name="serves one session at a time")),
                ("valid_until_date", models.DateField(blank=True, null=True, verbose_name="valid until")),
                ("buffer_before_minutes", models.PositiveSmallIntegerField(default=0)),
                ("buffer_after_minutes", models.PositiveSmallIntegerField(default=0)),
                ("works_on_makeup_days", models.BooleanField(default=False, verbose_name="works on make-up workdays")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "holiday_calendar",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="resources",
                        to="scheduling.holidaycalendar",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stations.person",
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="resources",
                        to="stations.station",
                    ),
                ),
            ],
            options={
                "verbose_name": "resource",
                "verbose_name_plural": "resources",
            },
        ),
        migrations.CreateModel(
            name="AvailabilityRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("weekday", models.PositiveSmallIntegerField(verbose_name="weekday")),
                ("opens_at", models.TimeField(verbose_name="from")),
                ("closes_at", models.TimeField(verbose_name="until")),
                ("from_date", models.DateField(verbose_name="valid from")),
                ("to_date", models.DateField(blank=True, null=True, verbose_name="valid until before")),
                ("every_n_weeks", models.PositiveSmallIntegerField(default=1, verbose_name="every so many weeks")),
                ("anchor_date", models.DateField(verbose_name="counted from the week of")),
                (
                    "part_of_day",
                    models.CharField(
                        choices=[
                            ("morning", "morning"),
                            ("afternoon", "afternoon"),
                            ("evening", "evening"),
                            ("other", "other"),
                        ],
                        max_length=9,
                        verbose_name="part of day",
                    ),
                ),
                (
                    "slot_minutes",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="minutes of a slot"),
                ),
                ("capacity", models.PositiveSmallIntegerField(default=1, verbose_name="places of a slot")),
                (
                    "offering",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rules", to="scheduling.offering"
                    ),
                ),
                (
                    "needs",
                    models.ManyToManyField(
                        blank=True, related_name="needed_by_rules", to="scheduling.resource", verbose_name="also needs"
                    ),
                ),
                (
                    "resource",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rules", to="scheduling.resource"
                    ),
                ),
            ],
            options={
                "verbose_name": "weekly availability",
                "verbose_name_plural": "weekly availabilities",
            },
        ),
        migrations.CreateModel(
            name="AvailabilityException",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("starts_at", models.DateTimeField(verbose_name="from")),
                ("ends_at", models.DateTimeField(verbose_name="until")),
                (
                    "kind",
                    models.CharField(
                        choices=[("extra", "works although it is a holiday"), ("closed", "closed"), ("leave", "away")],
                        max_length=6,
                        verbose_name="kind",
                    ),
                ),
                ("reason_code", models.CharField(max_length=40, verbose_name="reason")),
                ("note", core.fields.LineField(blank=True, max_length=200, verbose_name="note for staff")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="withdrawn at")),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "resource",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="exceptions", to="scheduling.resource"
                    ),
                ),
            ],
            options={
                "verbose_name": "exception of availability",
                "verbose_name_plural": "exceptions of availability",
            },
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("starts_at", models.DateTimeField(verbose_name="starts at")),
                ("ends_at", models.DateTimeField(verbose_name="ends at")),
                ("local_date", models.DateField(verbose_name="date")),
                (
                    "part_of_day",
                    models.CharField(
                        choices=[
                            ("morning", "morning"),
                            ("afternoon", "afternoon"),
                            ("evening", "evening"),
                            ("other", "other"),
                        ],
                        max_length=9,
                        verbose_name="part of day",
                    ),
                ),
                ("opens_at", models.DateTimeField(verbose_name="can be booked from")),
                ("closes_at", models.DateTimeField(verbose_name="can be booked until")),
                (
                    "unavailable_because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("leave", "away"),
                            ("closed", "closed"),
                            ("template", "the weekly hours have changed"),
                        ],
                        max_length=8,
                        verbose_name="unavailable",
                    ),
                ),
                ("next_sequence", models.PositiveIntegerField(default=1)),
                ("is_out_of_template", models.BooleanField(default=False, verbose_name="outside the weekly hours")),
                (
                    "exception",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="scheduling.availabilityexception",
                    ),
                ),
                (
                    "offering",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="scheduling.offering",
                    ),
                ),
                (
                    "resource",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="scheduling.resource",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="scheduling.availabilityrule",
                    ),
                ),
            ],
            options={
                "verbose_name": "session",
                "verbose_name_plural": "sessions",
            },
        ),
        migrations.CreateModel(
            name="Claim",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("starts_at", models.DateTimeField(verbose_name="from")),
                ("ends_at", models.DateTimeField(verbose_name="until")),
                ("is_exclusive", models.BooleanField()),
                ("is_active", models.BooleanField(default=True)),
                (
                    "resource",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="claims", to="scheduling.resource"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="claims", to="scheduling.session"
                    ),
                ),
            ],
            options={
                "verbose_name": "claim",
                "verbose_name_plural": "claims",
            },
        ),
        migrations.AddField(
            model_name="booking",
            name="session",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="bookings",
                to="scheduling.session",
            ),
        ),
        migrations.CreateModel(
            name="Slot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("starts_at", models.DateTimeField(verbose_name="starts at")),
                ("ends_at", models.DateTimeField(verbose_name="ends at")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("unavailable", "unavailable"),
                            ("entered-in-error", "entered in error"),
                        ],
                        default="open",
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                ("capacity", models.PositiveSmallIntegerField(verbose_name="places")),
                ("ceiling", models.PositiveSmallIntegerField()),
                ("booked", models.PositiveSmallIntegerField(default=0)),
                ("held", models.PositiveSmallIntegerField(default=0)),
                ("version", models.PositiveIntegerField(default=0)),
                (
                    "session",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="slots",
                        to="scheduling.session",
                    ),
                ),
            ],
            options={
                "verbose_name": "slot",
                "verbose_name_plural": "slots",
            },
        ),
        migrations.CreateModel(
            name="Offer",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("quantity", models.PositiveSmallIntegerField(verbose_name="places")),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                ("expires_at", models.DateTimeField(verbose_name="answer by")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("accepted", "accepted"),
                            ("declined", "declined"),
                            ("expired", "expired"),
                        ],
                        default="open",
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                (
                    "booking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="offers", to="scheduling.booking"
                    ),
                ),
                (
                    "slot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="offers", to="scheduling.slot"
                    ),
                ),
            ],
            options={
                "verbose_name": "offer of a place",
                "verbose_name_plural": "offers of places",
            },
        ),
        migrations.AddField(
            model_name="booking",
            name="slot",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="bookings",
                to="scheduling.slot",
            ),
        ),
        migrations.CreateModel(
            name="Holiday",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("date", models.DateField(verbose_name="date")),
                ("name", core.fields.LineField(max_length=80, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[("holiday", "holiday"), ("makeup_workday", "make-up workday")],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                (
                    "follows_weekday",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="follows the weekday"),
                ),
                (
                    "calendar",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="days",
                        to="scheduling.holidaycalendar",
                    ),
                ),
            ],
            options={
                "verbose_name": "holiday",
                "verbose_name_plural": "holidays",
                "constraints": [
                    models.UniqueConstraint(fields=("calendar", "date"), name="holiday_stands_once_in_a_calendar"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("follows_weekday", None), ("kind", "holiday")),
                            models.Q(
                                ("follows_weekday__gte", 1), ("follows_weekday__lte", 7), ("kind", "makeup_workday")
                            ),
                            _connector="OR",
                        ),
                        name="makeup_workday_follows_a_weekday",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="offering",
            constraint=models.UniqueConstraint(fields=("owner_kind", "owner_ref"), name="owner_has_one_offering"),
        ),
        migrations.AddConstraint(
            model_name="offering",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("owner_kind", ""), _negated=True), models.Q(("owner_ref", ""), _negated=True)
                ),
                name="offering_names_its_owner",
            ),
        ),
        migrations.AddIndex(
            model_name="participant",
            index=models.Index(fields=["person", "starts_at"], name="participant_by_start"),
        ),
        migrations.AddConstraint(
            model_name="participant",
            constraint=models.UniqueConstraint(fields=("booking", "person"), name="person_takes_part_once"),
        ),
        migrations.AddConstraint(
            model_name="participant",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="participation_ends_after_it_starts"
            ),
        ),
        migrations.AddConstraint(
            model_name="participant",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("is_active", True), ("may_overlap", False)),
                expressions=[(models.F("person"), "="), (core.web.ranges.InstantSpan("starts_at", "ends_at"), "&&")],
                name="person_is_in_one_place_at_a_time",
            ),
        ),
        migrations.AddIndex(
            model_name="resource",
            index=models.Index(fields=["station", "name"], name="resource_of_station"),
        ),
        migrations.AddConstraint(
            model_name="resource",
            constraint=models.UniqueConstraint(fields=("owner_kind", "owner_ref"), name="owner_has_one_resource"),
        ),
        migrations.AddConstraint(
            model_name="resource",
            constraint=models.UniqueConstraint(fields=("id", "is_exclusive"), name="resource_is_exclusive_or_not"),
        ),
        migrations.AddConstraint(
            model_name="resource",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("owner_kind", ""), _negated=True), models.Q(("owner_ref", ""), _negated=True)
                ),
                name="resource_names_its_owner",
            ),
        ),
        migrations.AddConstraint(
            model_name="resource",
            constraint=models.CheckConstraint(
                condition=models.Q(("buffer_after_minutes__lte", 120), ("buffer_before_minutes__lte", 120)),
                name="resource_buffers_are_at_most_two_hours",
            ),
        ),
        migrations.AddConstraint(
            model_name="availabilityrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("weekday__gte", 1), ("weekday__lte", 7)), name="rule_has_an_iso_weekday"
            ),
        ),
        migrations.AddConstraint(
            model_name="availabilityrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("closes_at__gt", models.F("opens_at"))), name="rule_ends_after_it_starts"
            ),
        ),
        migrations.AddConstraint(
            model_name="availabilityrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("capacity__gte", 1), ("capacity__lte", 1000)), name="rule_has_1_to_1000_places"
            ),
        ),
        migrations.AddConstraint(
            model_name="availabilityrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("every_n_weeks__gte", 1), ("every_n_weeks__lte", 8)),
                name="rule_repeats_within_8_weeks",
            ),
        ),
        migrations.AddConstraint(
            model_name="availabilityrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("slot_minutes", None), ("slot_minutes__gte", 1), _connector="OR"),
                name="rule_has_slots_of_at_least_a_minute",
            ),
        ),
        migrations.AddConstraint(
            model_name="availabilityrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("to_date", None), ("to_date__gte", models.F("from_date")), _connector="OR"),
                name="rule_ends_no_earlier_than_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="availabilityrule",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("every_n_weeks", 1)),
                expressions=[
                    (models.F("resource"), "="),
                    (models.F("weekday"), "="),
                    (
                        scheduling.calendars.models.availability.MinutesOfDay(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.functions.datetime.ExtractHour("opens_at"), "*", models.Value(60)
                                ),
                                "+",
                                django.db.models.functions.datetime.ExtractMinute("opens_at"),
                            ),
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.functions.datetime.ExtractHour("closes_at"), "*", models.Value(60)
                                ),
                                "+",
                                django.db.models.functions.datetime.ExtractMinute("closes_at"),
                            ),
                        ),
                        "&&",
                    ),
                    (
                        core.web.ranges.DateSpan(
                            "from_date", "to_date", django.contrib.postgres.fields.ranges.RangeBoundary()
                        ),
                        "&&",
                    ),
                ],
                name="weekly_rules_of_a_resource_never_overlap",
            ),
        ),
        migrations.AddConstraint(
            model_name="availabilityexception",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="exception_ends_after_it_starts"
            ),
        ),
        migrations.AddConstraint(
            model_name="availabilityexception",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("withdrawn_at", None)),
                expressions=[
                    (models.F("resource"), "="),
                    (models.F("kind"), "="),
                    (core.web.ranges.InstantSpan("starts_at", "ends_at"), "&&"),
                ],
                name="exceptions_of_a_kind_never_overlap",
            ),
        ),
        migrations.AddIndex(
            model_name="session",
            index=models.Index(
                condition=models.Q(("unavailable_because", "")),
                fields=["offering", "starts_at"],
                name="session_of_offering",
            ),
        ),
        migrations.AddIndex(
            model_name="session",
            index=models.Index(fields=["resource", "local_date"], name="session_of_resource"),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.UniqueConstraint(
                condition=models.Q(("rule__isnull", False)),
                fields=("rule", "local_date"),
                name="rule_makes_one_session_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="session_ends_after_it_starts"
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("exception__isnull", False), ("unavailable_because__in", ["leave", "closed"])),
                    models.Q(("exception", None), ("unavailable_because__in", ["", "template"])),
                    _connector="OR",
                ),
                name="session_is_away_exactly_when_an_exception_says_so",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="claim_ends_after_it_starts"
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.UniqueConstraint(fields=("session", "resource"), name="session_claims_a_resource_once"),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("is_active", True), ("is_exclusive", True)),
                expressions=[(models.F("resource"), "="), (core.web.ranges.InstantSpan("starts_at", "ends_at"), "&&")],
                name="resource_serves_one_claim_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="slot",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="slot_ends_after_it_starts"
            ),
        ),
        migrations.AddConstraint(
            model_name="slot",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("booked__gte", 0),
                    (
                        "ceiling__gte",
                        django.db.models.expressions.CombinedExpression(models.F("booked"), "+", models.F("held")),
                    ),
                    ("held__gte", 0),
                ),
                name="slot_never_has_more_people_than_places",
            ),
        ),
        migrations.AddConstraint(
            model_name="slot",
            constraint=models.CheckConstraint(
                condition=models.Q(("capacity__lte", models.F("ceiling")), ("ceiling__lte", 1000)),
                name="slot_sells_no_more_than_its_ceiling",
            ),
        ),
        migrations.AddConstraint(
            model_name="slot",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[(models.F("session"), "="), (core.web.ranges.InstantSpan("starts_at", "ends_at"), "&&")],
                name="slots_of_a_session_never_overlap",
            ),
        ),
        migrations.AddConstraint(
            model_name="slot",
            constraint=models.UniqueConstraint(fields=("session", "id"), name="slot_is_of_one_session"),
        ),
        migrations.AddIndex(
            model_name="offer",
            index=models.Index(condition=models.Q(("status", "open")), fields=["expires_at"], name="offer_open_until"),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "open")), fields=("booking",), name="one_open_offer_for_each_who_waits"
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("made_at"))), name="offer_ends_after_it_is_made"
            ),
        ),
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(
                condition=models.Q(
                    ("status__in", ["proposed", "pending", "booked", "arrived", "checked-in", "waitlist"])
                ),
                fields=["station", "session"],
                name="booking_of_station",
            ),
        ),
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(fields=["slot", "status"], name="booking_of_slot"),
        ),
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(
                condition=models.Q(("hold_expires_at__isnull", False)),
                fields=["hold_expires_at"],
                name="booking_held_until",
            ),
        ),
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(
                condition=models.Q(("status", "waitlist")),
                fields=["session", "-priority", "joined_at", "id"],
                name="booking_line_of_session",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.UniqueConstraint(fields=("owner_kind", "key"), name="booking_is_made_once_for_a_key"),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.UniqueConstraint(
                fields=("session", "sequence_no"), name="number_is_given_once_in_a_session"
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    models.Q(("exclusivity_key", ""), _negated=True),
                    ("status__in", ["proposed", "pending", "booked", "arrived", "checked-in", "waitlist"]),
                ),
                fields=("exclusivity_key",),
                name="one_active_booking_for_an_exclusivity_key",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "waitlist"), ("subject__isnull", False)),
                fields=("session", "subject"),
                name="person_waits_once_for_a_session",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("status__in", ["proposed", "pending", "booked", "arrived", "checked-in"]),
                    ("slot__isnull", False),
                    ("subject__isnull", False),
                ),
                fields=("slot", "subject"),
                name="person_has_one_active_booking_of_a_slot",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("slot__isnull", False),
                    ("status__in", ["waitlist", "cancelled", "entered-in-error"]),
                    _connector="OR",
                ),
                name="booking_has_a_slot_unless_it_waits",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__gte", 1), ("quantity__lte", 500)), name="booking_has_1_to_500_places"
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("hold_expires_at__isnull", False), ("status__in", ["proposed", "pending"])),
                    models.Q(
                        models.Q(("status__in", ["proposed", "pending"]), _negated=True), ("hold_expires_at", None)
                    ),
                    _connector="OR",
                ),
                name="booking_is_held_until_an_instant_exactly_while_it_is_held",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("status", "cancelled"),
                        models.Q(("cancelled_by", ""), _negated=True),
                        models.Q(("reason_code", ""), _negated=True),
                    ),
                    models.Q(models.Q(("status", "cancelled"), _negated=True), ("cancelled_by", "")),
                    _connector="OR",
                ),
                name="booking_names_who_cancelled_it_and_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("sequence_no__isnull", False),
                    models.Q(("status__in", ["booked", "arrived", "checked-in", "fulfilled", "noshow"]), _negated=True),
                    _connector="OR",
                ),
                name="booking_that_was_confirmed_has_a_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("sequence_no", None),
                    models.Q(("status__in", ["proposed", "pending", "waitlist"]), _negated=True),
                    _connector="OR",
                ),
                name="booking_has_no_number_before_it_is_confirmed",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "waitlist"), _negated=True), ("joined_at__isnull", False), _connector="OR"
                ),
                name="booking_that_waits_has_its_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_late", False), ("cancelled_by", "resident"), _connector="OR"),
                name="only_a_resident_cancels_late",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("replaced_by", None),
                    models.Q(("reason_code", "rescheduled"), ("status", "cancelled")),
                    _connector="OR",
                ),
                name="booking_that_was_moved_is_cancelled",
            ),
        ),
    ]
