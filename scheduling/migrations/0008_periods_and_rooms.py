"""Periods of resources and groups, requests, rooms of stations and their calendars."""

import core.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.database.sql_files import statements

COLUMNS_OF_BEFORE = """
DROP TRIGGER columns_stay ON scheduling_calendarfeed;
CALL keep_columns('scheduling_calendarfeed', 'person_id', 'ref', 'made_by_id', 'made_at');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("scheduling", "0007_sessions_moved"),
        ("stations", "0018_consents_by_withdrawal"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="GroupMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "verbose_name": "member of a group",
                "verbose_name_plural": "members of groups",
            },
        ),
        migrations.CreateModel(
            name="ResourceGroup",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("owner_kind", models.CharField(max_length=40)),
                ("owner_ref", models.CharField(max_length=64)),
                ("name", core.fields.LineField(max_length=120, verbose_name="name")),
            ],
            options={
                "verbose_name": "group of resources",
                "verbose_name_plural": "groups of resources",
            },
        ),
        migrations.CreateModel(
            name="RoomUse",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("class", "class or course"),
                            ("talk", "talk"),
                            ("clinic", "day of a visiting doctor"),
                            ("meeting", "meeting of the village"),
                            ("training", "training of station staff"),
                            ("other", "something else"),
                        ],
                        max_length=8,
                        verbose_name="purpose",
                    ),
                ),
                ("people", models.PositiveSmallIntegerField(verbose_name="people expected")),
            ],
            options={
                "verbose_name": "use of a room",
                "verbose_name_plural": "uses of rooms",
            },
        ),
        migrations.CreateModel(
            name="StationRooms",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
            ],
            options={
                "verbose_name": "rooms of a station",
                "verbose_name_plural": "rooms of stations",
            },
        ),
        migrations.RemoveConstraint(
            model_name="session",
            name="session_is_away_exactly_when_an_exception_says_so",
        ),
        migrations.AddField(
            model_name="bookingpolicy",
            name="answer_minutes",
            field=models.PositiveSmallIntegerField(
                db_default=1440, default=1440, verbose_name="a request is answered within minutes"
            ),
        ),
        migrations.AddField(
            model_name="calendarfeed",
            name="resource",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="calendar_feeds",
                to="scheduling.resource",
            ),
        ),
        migrations.AddField(
            model_name="offering",
            name="day_ends_at",
            field=models.TimeField(blank=True, null=True, verbose_name="a period ends no later than"),
        ),
        migrations.AddField(
            model_name="offering",
            name="day_starts_at",
            field=models.TimeField(blank=True, null=True, verbose_name="a period starts no earlier than"),
        ),
        migrations.AddField(
            model_name="offering",
            name="longest_minutes",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="a period takes at most minutes"),
        ),
        migrations.AddField(
            model_name="offering",
            name="mode",
            field=models.CharField(
                choices=[("slot", "places of sessions"), ("interval", "any free period")],
                db_default="slot",
                default="slot",
                max_length=8,
                verbose_name="what is booked",
            ),
        ),
        migrations.AddField(
            model_name="session",
            name="is_period",
            field=models.BooleanField(db_default=False, default=False, verbose_name="a period of one booking"),
        ),
        migrations.AlterField(
            model_name="calendarfeed",
            name="person",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="calendar_feeds",
                to="stations.person",
            ),
        ),
        migrations.AlterField(
            model_name="resource",
            name="kind",
            field=models.CharField(
                choices=[
                    ("practitioner", "practitioner"),
                    ("tutor", "tutor"),
                    ("classroom", "classroom"),
                    ("meeting_room", "meeting room"),
                    ("booth", "call booth"),
                    ("guide", "guide"),
                    ("room", "guest room"),
                    ("vehicle", "vehicle"),
                ],
                max_length=12,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="session",
            name="unavailable_because",
            field=models.CharField(
                blank=True,
                choices=[
                    ("leave", "away"),
                    ("closed", "closed"),
                    ("template", "the weekly hours have changed"),
                    ("ended", "released"),
                ],
                max_length=8,
                verbose_name="unavailable",
            ),
        ),
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(
                condition=models.Q(("cancelled_by", "provider")),
                fields=["station", "session"],
                name="booking_cancelled_by_provider",
            ),
        ),
        migrations.AddConstraint(
            model_name="bookingpolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(("answer_minutes__gte", 1)), name="booking_policy_gives_time_to_answer"
            ),
        ),
        migrations.AddConstraint(
            model_name="calendarfeed",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)), fields=("resource",), name="resource_has_one_calendar_feed"
            ),
        ),
        migrations.AddConstraint(
            model_name="calendarfeed",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("person__isnull", False), ("resource", None)),
                    models.Q(("person", None), ("resource__isnull", False)),
                    _connector="OR",
                ),
                name="calendar_feed_is_of_a_person_or_a_resource",
            ),
        ),
        migrations.AddConstraint(
            model_name="offering",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("day_ends_at", None), ("day_starts_at", None), ("longest_minutes", None), ("mode", "slot")
                    ),
                    models.Q(
                        ("day_ends_at__isnull", False),
                        ("day_starts_at__isnull", False),
                        ("longest_minutes__gte", 1),
                        ("mode", "interval"),
                    ),
                    _connector="OR",
                ),
                name="offering_of_periods_says_their_hours_and_length",
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("exception__isnull", False), ("unavailable_because__in", ["leave", "closed"])),
                    models.Q(("exception", None), ("unavailable_because__in", ["", "template", "ended"])),
                    _connector="OR",
                ),
                name="session_is_away_exactly_when_an_exception_says_so",
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("is_period", True), ("rule", None)),
                    models.Q(("is_period", False), models.Q(("unavailable_because", "ended"), _negated=True)),
                    _connector="OR",
                ),
                name="only_a_period_of_a_booking_ends_with_it",
            ),
        ),
        migrations.AddField(
            model_name="groupmember",
            name="resource",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="memberships", to="scheduling.resource"
            ),
        ),
        migrations.AddField(
            model_name="resourcegroup",
            name="members",
            field=models.ManyToManyField(
                related_name="groups",
                through="scheduling.GroupMember",
                to="scheduling.resource",
                verbose_name="members",
            ),
        ),
        migrations.AddField(
            model_name="resourcegroup",
            name="offering",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="group", to="scheduling.offering"
            ),
        ),
        migrations.AddField(
            model_name="groupmember",
            name="group",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="places",
                to="scheduling.resourcegroup",
            ),
        ),
        migrations.AddField(
            model_name="roomuse",
            name="booking",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="room_use",
                to="scheduling.booking",
                verbose_name="booking",
            ),
        ),
        migrations.AddField(
            model_name="stationrooms",
            name="group",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="station_rooms",
                to="scheduling.resourcegroup",
                verbose_name="group of resources",
            ),
        ),
        migrations.AddField(
            model_name="stationrooms",
            name="station",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rooms",
                to="stations.station",
                verbose_name="station",
            ),
        ),
        migrations.AddField(
            model_name="roomuse",
            name="rooms",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="uses",
                to="scheduling.stationrooms",
                verbose_name="rooms of a station",
            ),
        ),
        migrations.AddConstraint(
            model_name="resourcegroup",
            constraint=models.UniqueConstraint(fields=("owner_kind", "owner_ref"), name="owner_has_one_group"),
        ),
        migrations.AddConstraint(
            model_name="resourcegroup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("owner_kind", ""), _negated=True), models.Q(("owner_ref", ""), _negated=True)
                ),
                name="group_names_its_owner",
            ),
        ),
        migrations.AddConstraint(
            model_name="groupmember",
            constraint=models.UniqueConstraint(fields=("group", "resource"), name="resource_is_in_a_group_once"),
        ),
        migrations.AddConstraint(
            model_name="roomuse",
            constraint=models.CheckConstraint(
                condition=models.Q(("people__gte", 1), ("people__lte", 1000)), name="room_serves_1_to_1000"
            ),
        ),
        statements("scheduling", "rooms", backwards=COLUMNS_OF_BEFORE),
    ]
