"""Tables of hospitals and appointments."""

import core.fields
import core.web.ranges
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("finance", "0010_loans"),
        ("scheduling", "0003_leave_and_reminders"),
        ("stations", "0010_health_roles"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Department",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("code", models.CharField(max_length=20, verbose_name="code")),
                ("name", core.fields.LineField(max_length=80, verbose_name="name")),
                ("name_zh", core.fields.LineField(max_length=80, verbose_name="name in Chinese")),
                (
                    "sensitivity",
                    models.CharField(
                        choices=[("normal", "may be named"), ("restricted", "is never named")],
                        default="normal",
                        max_length=10,
                        verbose_name="sensitivity",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
            ],
            options={
                "verbose_name": "department",
                "verbose_name_plural": "departments",
            },
        ),
        migrations.CreateModel(
            name="Doctor",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("name", core.fields.LineField(max_length=80, verbose_name="name")),
                (
                    "grade",
                    models.CharField(
                        choices=[
                            ("ordinary", "ordinary clinic"),
                            ("expert", "expert clinic"),
                            ("special", "special clinic"),
                        ],
                        default="ordinary",
                        max_length=8,
                        verbose_name="grade",
                    ),
                ),
                ("licence_no", models.CharField(max_length=30, unique=True, verbose_name="licence number")),
                ("licensed_until_date", models.DateField(blank=True, null=True, verbose_name="licensed until")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="doctors",
                        to="health.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "offering",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="doctor",
                        to="scheduling.offering",
                        verbose_name="what can be booked",
                    ),
                ),
                (
                    "resource",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="doctor",
                        to="scheduling.resource",
                        verbose_name="calendar",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="login",
                    ),
                ),
            ],
            options={
                "verbose_name": "doctor",
                "verbose_name_plural": "doctors",
            },
        ),
        migrations.CreateModel(
            name="Hospital",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=20, unique=True, verbose_name="code")),
                ("name", core.fields.LineField(max_length=120, verbose_name="name")),
                ("name_zh", core.fields.LineField(max_length=120, verbose_name="name in Chinese")),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("village_clinic", "village clinic"),
                            ("township", "township hospital"),
                            ("county", "county hospital"),
                            ("city", "city hospital"),
                        ],
                        max_length=14,
                        verbose_name="level",
                    ),
                ),
                ("zone", models.CharField(max_length=40, verbose_name="time zone")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                (
                    "takes_fee",
                    models.CharField(
                        choices=[("station", "the station, when it books"), ("desk", "the desk of the hospital")],
                        default="station",
                        max_length=7,
                        verbose_name="who takes the fee",
                    ),
                ),
                ("address", core.fields.LineField(blank=True, max_length=120, verbose_name="address")),
                ("bring", core.fields.LineField(blank=True, max_length=200, verbose_name="what to bring")),
                (
                    "bring_zh",
                    core.fields.LineField(blank=True, max_length=200, verbose_name="what to bring, in Chinese"),
                ),
                ("is_restricted", models.BooleanField(default=False, verbose_name="is never named")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "division",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stations.division",
                        verbose_name="place",
                    ),
                ),
            ],
            options={
                "verbose_name": "hospital",
                "verbose_name_plural": "hospitals",
            },
        ),
        migrations.CreateModel(
            name="Fee",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "grade",
                    models.CharField(
                        choices=[
                            ("ordinary", "ordinary clinic"),
                            ("expert", "expert clinic"),
                            ("special", "special clinic"),
                        ],
                        max_length=8,
                        verbose_name="grade",
                    ),
                ),
                ("amount_minor", models.BigIntegerField(verbose_name="fee")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("from_date", models.DateField(verbose_name="from")),
                ("to_date", models.DateField(blank=True, null=True, verbose_name="to")),
                (
                    "hospital",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="fees",
                        to="health.hospital",
                        verbose_name="hospital",
                    ),
                ),
            ],
            options={
                "verbose_name": "registration fee",
                "verbose_name_plural": "registration fees",
            },
        ),
        migrations.AddField(
            model_name="department",
            name="hospital",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="departments",
                to="health.hospital",
                verbose_name="hospital",
            ),
        ),
        migrations.CreateModel(
            name="HospitalStaff",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("from_at", models.DateTimeField(verbose_name="from")),
                ("to_at", models.DateTimeField(blank=True, null=True, verbose_name="to")),
                (
                    "hospital",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="staff",
                        to="health.hospital",
                        verbose_name="hospital",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="login",
                    ),
                ),
            ],
            options={
                "verbose_name": "member of the staff of a hospital",
                "verbose_name_plural": "staff of hospitals",
            },
        ),
        migrations.CreateModel(
            name="RegistrationPolicy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("revision", models.PositiveIntegerField(verbose_name="revision")),
                (
                    "late_refund_bp",
                    models.PositiveSmallIntegerField(
                        default=0, verbose_name="comes back when cancelled late, basis points"
                    ),
                ),
                (
                    "noshow_refund_bp",
                    models.PositiveSmallIntegerField(default=0, verbose_name="comes back to the absent, basis points"),
                ),
                (
                    "most_open",
                    models.PositiveSmallIntegerField(default=3, verbose_name="open registrations of a person"),
                ),
                ("min_age", models.PositiveSmallIntegerField(default=0, verbose_name="from age")),
                (
                    "booking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="scheduling.bookingpolicy",
                        verbose_name="window and deadlines",
                    ),
                ),
                (
                    "hospital",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="policies",
                        to="health.hospital",
                        verbose_name="hospital",
                    ),
                ),
            ],
            options={
                "verbose_name": "registration policy",
                "verbose_name_plural": "registration policies",
            },
        ),
        migrations.CreateModel(
            name="Appointment",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("fee_minor", models.BigIntegerField(verbose_name="fee")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("has_station_fee", models.BooleanField(verbose_name="the station takes the fee")),
                ("code", models.CharField(blank=True, max_length=8, verbose_name="code")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="fee settled at")),
                ("called_at", models.DateTimeField(blank=True, null=True, verbose_name="told by phone at")),
                (
                    "booking",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="appointment", to="scheduling.booking"
                    ),
                ),
                (
                    "called_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="told by",
                    ),
                ),
                (
                    "payment",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointment",
                        to="finance.payment",
                        verbose_name="payment",
                    ),
                ),
                (
                    "resident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="appointments", to="stations.person"
                    ),
                ),
                (
                    "doctor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="appointments", to="health.doctor"
                    ),
                ),
                (
                    "hospital",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="appointments", to="health.hospital"
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="health.registrationpolicy"
                    ),
                ),
            ],
            options={
                "verbose_name": "appointment",
                "verbose_name_plural": "appointments",
            },
        ),
        migrations.AddConstraint(
            model_name="doctor",
            constraint=models.CheckConstraint(
                condition=models.Q(("licence_no", ""), _negated=True), name="doctor_has_a_licence"
            ),
        ),
        migrations.AddConstraint(
            model_name="hospital",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="hospital_has_a_currency"
            ),
        ),
        migrations.AddConstraint(
            model_name="hospital",
            constraint=models.CheckConstraint(
                condition=models.Q(("zone", ""), _negated=True), name="hospital_has_a_time_zone"
            ),
        ),
        migrations.AddConstraint(
            model_name="fee",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gte", 0)), name="registration_fee_is_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="fee",
            constraint=models.CheckConstraint(
                condition=models.Q(("to_date", None), ("to_date__gt", models.F("from_date")), _connector="OR"),
                name="registration_fee_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="fee",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (models.F("hospital"), "="),
                    (models.F("grade"), "="),
                    (
                        core.web.ranges.DateSpan(
                            "from_date", "to_date", django.contrib.postgres.fields.ranges.RangeBoundary()
                        ),
                        "&&",
                    ),
                ],
                name="a_grade_has_one_registration_fee_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="department",
            constraint=models.UniqueConstraint(
                fields=("hospital", "code"), name="department_has_its_code_once_in_a_hospital"
            ),
        ),
        migrations.AddConstraint(
            model_name="hospitalstaff",
            constraint=models.UniqueConstraint(
                condition=models.Q(("to_at", None)),
                fields=("hospital", "user"),
                name="person_is_on_the_staff_of_a_hospital_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="hospitalstaff",
            constraint=models.CheckConstraint(
                condition=models.Q(("to_at", None), ("to_at__gt", models.F("from_at")), _connector="OR"),
                name="work_at_a_hospital_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="registrationpolicy",
            constraint=models.UniqueConstraint(
                fields=("hospital", "revision"), name="registration_policy_has_a_revision_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="registrationpolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(("late_refund_bp__lte", 10000), ("noshow_refund_bp__lte", 10000)),
                name="registration_policy_refunds_at_most_the_fee",
            ),
        ),
        migrations.AddConstraint(
            model_name="registrationpolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(("most_open__gte", 1)), name="registration_policy_allows_a_registration"
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(("fee_minor__gte", 0)), name="appointment_fee_is_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("code", ""),
                    ("fee_minor", 0),
                    ("has_station_fee", False),
                    ("payment__isnull", False),
                    _connector="OR",
                ),
                name="appointment_with_a_code_is_paid",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("payment", None), models.Q(("fee_minor__gt", 0), ("has_station_fee", True)), _connector="OR"
                ),
                name="appointment_is_paid_at_the_station_or_not_by_us",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("called_at", None), ("called_by", None)),
                    models.Q(("called_at__isnull", False), ("called_by__isnull", False)),
                    _connector="OR",
                ),
                name="appointment_names_who_told_the_resident",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("code", ""), _negated=True),
                fields=("hospital", "code"),
                name="code_stands_once_in_a_hospital",
            ),
        ),
    ]
