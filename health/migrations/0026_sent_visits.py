import core.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.database.sql_files import statements


class Migration(migrations.Migration):
    dependencies = [
        ("health", "0025_absences_excused"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SentVisit",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("op_id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64, verbose_name="SHA-256 of what was sent")),
                ("is_judged", models.BooleanField(verbose_name="judged")),
                ("device", core.fields.LineField(blank=True, max_length=40, verbose_name="device")),
                ("made_at", models.DateTimeField(verbose_name="made at, by the device’s clock")),
                ("received_at", models.DateTimeField(verbose_name="received at")),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="health.enrolment",
                        verbose_name="care enrolment",
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="recorded by",
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sent",
                        to="health.followupvisit",
                        verbose_name="visit",
                    ),
                ),
            ],
            options={
                "verbose_name": "visit sent by a device",
                "verbose_name_plural": "visits sent by devices",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")), name="sent_visit_has_a_digest"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("made_at__lte", models.F("received_at"))),
                        name="visit_is_not_sent_before_it_was_made",
                    ),
                ],
            },
        ),
        statements("health", "sent_visits"),
    ]
