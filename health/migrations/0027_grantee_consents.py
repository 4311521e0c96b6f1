import core.fields
import core.web.ranges
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.database.sql_files import statements


class Migration(migrations.Migration):
    dependencies = [
        ("health", "0026_sent_visits"),
        ("stations", "0019_access_seals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="GranteeConsent",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "manner",
                    models.CharField(
                        choices=[("signature", "Signature"), ("paper", "Paper")], max_length=9, verbose_name="how"
                    ),
                ),
                ("from_at", models.DateTimeField(verbose_name="from")),
                ("to_at", models.DateTimeField(verbose_name="to")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="withdrawn at")),
                (
                    "doctor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="health.doctor",
                        verbose_name="doctor",
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stations.person",
                        verbose_name="who agreed",
                    ),
                ),
                (
                    "hospital",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="health.hospital",
                        verbose_name="hospital",
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grantees",
                        to="health.healthrecord",
                        verbose_name="health record",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="recorded by",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="withdrawal recorded by",
                    ),
                ),
            ],
            options={
                "verbose_name": "consent for one hospital or doctor",
                "verbose_name_plural": "consents for one hospital or doctor",
                "indexes": [models.Index(fields=["record", "-from_at"], name="grantee_of_record")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("doctor", None), ("hospital__isnull", False)),
                            models.Q(("doctor__isnull", False), ("hospital", None)),
                            _connector="OR",
                        ),
                        name="consent_is_for_a_hospital_or_a_doctor",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("to_at__gt", models.F("from_at"))),
                        name="consent_for_one_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("withdrawn_at", None), ("withdrawn_by", None)),
                            models.Q(("withdrawn_at__gte", models.F("from_at")), ("withdrawn_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="consent_for_one_is_withdrawn_by_somebody",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("withdrawn_at", None)),
                        expressions=[
                            (models.F("record"), "="),
                            (models.F("hospital"), "="),
                            (
                                core.web.ranges.InstantSpan(
                                    "from_at", "to_at", django.contrib.postgres.fields.ranges.RangeBoundary()
                                ),
                                "&&",
                            ),
                        ],
                        name="record_has_one_consent_for_a_hospital_at_a_time",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("withdrawn_at", None)),
                        expressions=[
                            (models.F("record"), "="),
                            (models.F("doctor"), "="),
                            (
                                core.web.ranges.InstantSpan(
                                    "from_at", "to_at", django.contrib.postgres.fields.ranges.RangeBoundary()
                                ),
                                "&&",
                            ),
                        ],
                        name="record_has_one_consent_for_a_doctor_at_a_time",
                    ),
                ],
            },
        ),
        statements("health", "grantee_consents"),
    ]
