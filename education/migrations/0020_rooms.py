"""A teacher teaches many rooms at once; only what a room saw counts."""

import core.fields
import core.web.ranges
import django.contrib.postgres.constraints
import django.db.models.deletion
from django.db import migrations, models

from core.database.sql_files import statements


class Migration(migrations.Migration):
    dependencies = [("education", "0019_kits_by_two"), ("stations", "0017_coupon_codes")]

    operations = [
        migrations.CreateModel(
            name="BroadcastLink",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("from_at", models.DateTimeField(verbose_name="up from")),
                ("seen_at", models.DateTimeField(verbose_name="last seen up")),
                ("to_at", models.DateTimeField(blank=True, null=True, verbose_name="up until")),
                ("by_device", models.BooleanField(verbose_name="said by a device")),
            ],
            options={
                "verbose_name": "link of a room",
                "verbose_name_plural": "links of rooms",
            },
        ),
        migrations.AddField(
            model_name="classrun",
            name="broadcast",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rooms",
                to="education.classrun",
                verbose_name="first room of the broadcast",
            ),
        ),
        migrations.AlterField(
            model_name="classrun",
            name="mode",
            field=models.CharField(
                choices=[
                    ("online", "teacher on the screen"),
                    ("onsite", "teacher at the station"),
                    ("broadcast", "teacher on the screens of many rooms"),
                ],
                max_length=9,
                verbose_name="how it is taught",
            ),
        ),
        migrations.AddConstraint(
            model_name="classrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("broadcast", None),
                    models.Q(("mode", "broadcast"), models.Q(("broadcast", models.F("id")), _negated=True)),
                    _connector="OR",
                ),
                name="room_joins_a_broadcast",
            ),
        ),
        migrations.AddField(
            model_name="broadcastlink",
            name="session",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="links",
                to="education.classsession",
                verbose_name="lesson of a class",
            ),
        ),
        migrations.AddConstraint(
            model_name="broadcastlink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("seen_at__gte", models.F("from_at")),
                    models.Q(("to_at", None), ("to_at__gte", models.F("seen_at")), _connector="OR"),
                ),
                name="link_of_a_room_ends_after_it_was_seen",
            ),
        ),
        migrations.AddConstraint(
            model_name="broadcastlink",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[(models.F("session"), "="), (core.web.ranges.InstantSpan("from_at", "to_at"), "&&")],
                name="room_has_one_link_at_a_time",
            ),
        ),
        statements("education", "rooms"),
    ]
