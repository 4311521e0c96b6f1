"""Online consultations: rules, consultations with messages, prescriptions."""

import core.fields
import core.web.ranges
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import stations.two_persons
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0005_reference_version"),
        ("finance", "0023_pharmacists"),
        ("health", "0007_diagnoses_confirmed"),
        ("stations", "0013_pharmacists"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="doctor",
            name="independent_since_date",
            field=models.DateField(blank=True, null=True, verbose_name="practises independently since"),
        ),
        migrations.AddField(
            model_name="hospital",
            name="consultation_fee_minor",
            field=models.PositiveBigIntegerField(
                blank=True,
                help_text="In minor units; 0 is free of charge, empty: no online consultations.",
                null=True,
                verbose_name="fee of an online consultation",
            ),
        ),
        migrations.CreateModel(
            name="Consultation",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=8, verbose_name="number")),
                ("requested_at", models.DateTimeField(verbose_name="asked for at")),
                (
                    "signs",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("chest", "strong pain in the chest"),
                                ("breathing", "cannot get enough air"),
                                ("stroke", "face, arm or speech suddenly weak"),
                                ("unconscious", "unconscious or hard to wake"),
                                ("bleeding", "bleeding that does not stop"),
                                ("poison", "has swallowed poison"),
                                ("seizure", "cramps of the whole body"),
                                ("fever", "fever above 39 °C"),
                                ("pain", "strong pain elsewhere"),
                                ("pregnant", "pregnant"),
                            ],
                            max_length=12,
                        ),
                        default=list,
                        size=None,
                        verbose_name="signs",
                    ),
                ),
                ("is_urgent", models.BooleanField(default=False, verbose_name="urgent")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("requested", "is being looked at"),
                            ("accepted", "waits for a doctor"),
                            ("in_progress", "a doctor has it"),
                            ("on_hold", "waits for the resident"),
                            ("completed", "completed"),
                            ("rejected", "not possible online"),
                            ("failed", "not held"),
                            ("cancelled", "cancelled"),
                        ],
                        default="requested",
                        max_length=11,
                        verbose_name="state",
                    ),
                ),
                ("due_at", models.DateTimeField(blank=True, null=True, verbose_name="due at")),
                ("give_up_at", models.DateTimeField(verbose_name="has failed at")),
                ("replied_at", models.DateTimeField(blank=True, null=True, verbose_name="first answered at")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
                (
                    "closed_because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("emergency", "emergency: call at once"),
                            ("first_visit", "the first visit must be in person"),
                            ("not_suitable", "cannot be judged at a distance"),
                            ("no_doctor", "no doctor answered in time"),
                            ("referred", "must be seen in person"),
                            ("silent", "the resident did not answer"),
                        ],
                        max_length=12,
                        verbose_name="why it ended",
                    ),
                ),
                ("fee_minor", models.BigIntegerField(verbose_name="fee")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("key", models.CharField(max_length=64, unique=True, verbose_name="key")),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="health.hospital",
                        verbose_name="clinic",
                    ),
                ),
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
                    "encounter",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consultation",
                        to="health.encounter",
                    ),
                ),
                (
                    "payment",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consultation",
                        to="finance.payment",
                        verbose_name="payment",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked for by",
                    ),
                ),
                (
                    "resident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stations.person",
                        verbose_name="resident",
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stations.station",
                        verbose_name="station",
                    ),
                ),
            ],
            options={
                "verbose_name": "consultation",
                "verbose_name_plural": "consultations",
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="ConsultationRules",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("code", models.CharField(max_length=20, verbose_name="code")),
                ("revision", models.PositiveSmallIntegerField(verbose_name="revision")),
                ("country", models.CharField(max_length=2, verbose_name="country")),
                ("parameters", models.JSONField(verbose_name="signs, ages and periods")),
                ("source", core.fields.LineField(max_length=200, verbose_name="source")),
                ("from_date", models.DateField(verbose_name="from")),
                ("to_date", models.DateField(blank=True, null=True, verbose_name="to")),
            ],
            options={
                "verbose_name": "rules for consultations",
                "verbose_name_plural": "rules for consultations",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("code", "revision"), name="consultation_rules_have_a_revision_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source", ""), _negated=True), name="consultation_rules_name_their_source"
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (models.F("country"), "="),
                            (
                                core.web.ranges.DateSpan(
                                    "from_date", "to_date", django.contrib.postgres.fields.ranges.RangeBoundary()
                                ),
                                "&&",
                            ),
                        ],
                        name="a_country_has_one_rule_for_consultations_at_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "side",
                    models.CharField(
                        choices=[("resident", "resident"), ("doctor", "doctor")],
                        max_length=8,
                        verbose_name="who says it",
                    ),
                ),
                ("text", core.fields.WordsField(max_length=1000, verbose_name="text")),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="written by",
                    ),
                ),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="health.consultation",
                        verbose_name="consultation",
                    ),
                ),
                (
                    "photos",
                    models.ManyToManyField(blank=True, related_name="+", to="core.storedfile", verbose_name="photos"),
                ),
            ],
            options={
                "verbose_name": "message of a consultation",
                "verbose_name_plural": "messages of consultations",
            },
        ),
        migrations.CreateModel(
            name="Prescription",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("dose", core.fields.LineField(max_length=120, verbose_name="dose")),
                ("days", models.PositiveSmallIntegerField(verbose_name="days")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "to be released"),
                            ("active", "to be handed out"),
                            ("dispensed", "handed out"),
                            ("returned", "returned to the doctor"),
                        ],
                        default="draft",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("is_restricted", models.BooleanField(default=False, verbose_name="is restricted")),
                ("signed_at", models.DateTimeField(verbose_name="signed at")),
                ("reviewed_at", models.DateTimeField(blank=True, null=True, verbose_name="reviewed at")),
                (
                    "returned_because",
                    core.fields.LineField(blank=True, max_length=200, verbose_name="why it was returned"),
                ),
                ("dispensed_at", models.DateTimeField(blank=True, null=True, verbose_name="handed out at")),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="prescriptions",
                        to="health.consultation",
                        verbose_name="consultation",
                    ),
                ),
                (
                    "dispensed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="handed out by",
                    ),
                ),
                (
                    "drug",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="health.drug",
                        verbose_name="drug",
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="reviewed by",
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="signed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "prescription",
                "verbose_name_plural": "prescriptions",
            },
        ),
        migrations.AddIndex(
            model_name="consultation",
            index=models.Index(
                condition=models.Q(("ended_at", None)), fields=["clinic", "due_at"], name="consultation_by_clock"
            ),
        ),
        migrations.AddIndex(
            model_name="consultation",
            index=models.Index(
                condition=models.Q(("ended_at", None)), fields=["resident"], name="consultation_open_of_resident"
            ),
        ),
        migrations.AddIndex(
            model_name="consultation",
            index=models.Index(fields=["station", "-requested_at"], name="consultation_of_station"),
        ),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.UniqueConstraint(
                fields=("clinic", "number"), name="consultation_number_stands_once_in_a_clinic"
            ),
        ),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("resident", "clinic"),
                name="resident_has_one_open_consultation_with_a_clinic",
            ),
        ),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("due_at__isnull", False),
                        ("ended_at", None),
                        ("status__in", ["requested", "accepted", "in_progress", "on_hold"]),
                    ),
                    models.Q(
                        ("due_at", None),
                        ("ended_at__isnull", False),
                        ("status__in", ["completed", "rejected", "failed", "cancelled"]),
                    ),
                    _connector="OR",
                ),
                name="consultation_has_a_clock_exactly_while_it_is_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["in_progress", "on_hold", "completed"]), _negated=True),
                    ("doctor__isnull", False),
                    _connector="OR",
                ),
                name="consultation_that_is_answered_has_a_doctor",
            ),
        ),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["requested", "accepted"]), _negated=True),
                    ("doctor", None),
                    _connector="OR",
                ),
                name="consultation_that_waits_has_no_doctor",
            ),
        ),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["rejected", "failed"]), _negated=True),
                    models.Q(("closed_because", ""), _negated=True),
                    _connector="OR",
                ),
                name="consultation_that_was_not_held_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "completed"), _negated=True),
                    ("encounter__isnull", False),
                    ("closed_because", "silent"),
                    _connector="OR",
                ),
                name="consultation_is_completed_with_a_summary",
            ),
        ),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.CheckConstraint(
                condition=models.Q(("fee_minor__gte", 0)), name="consultation_fee_is_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("fee_minor", 0), ("payment", None)),
                    models.Q(("fee_minor__gt", 0), ("payment__isnull", False)),
                    _connector="OR",
                ),
                name="consultation_with_a_fee_is_paid",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["consultation", "id"], name="message_of_consultation"),
        ),
        migrations.AddIndex(
            model_name="prescription",
            index=models.Index(
                condition=models.Q(("status", "draft")), fields=["signed_at"], name="prescription_to_release"
            ),
        ),
        migrations.AddIndex(
            model_name="prescription",
            index=models.Index(
                condition=models.Q(("status", "active")), fields=["reviewed_at"], name="prescription_to_hand_out"
            ),
        ),
        migrations.AddConstraint(
            model_name="prescription",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reviewed_at", None), ("reviewed_by", None), ("status", "draft")),
                    models.Q(
                        models.Q(("status", "draft"), _negated=True),
                        ("reviewed_at__isnull", False),
                        ("reviewed_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="prescription_is_in_force_exactly_when_it_is_reviewed",
            ),
        ),
        migrations.AddConstraint(
            model_name="prescription",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "returned"), models.Q(("returned_because", ""), _negated=True)),
                    models.Q(models.Q(("status", "returned"), _negated=True), ("returned_because", "")),
                    _connector="OR",
                ),
                name="prescription_that_was_returned_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="prescription",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("dispensed_at__isnull", False), ("dispensed_by__isnull", False), ("status", "dispensed")),
                    models.Q(
                        models.Q(("status", "dispensed"), _negated=True), ("dispensed_at", None), ("dispensed_by", None)
                    ),
                    _connector="OR",
                ),
                name="prescription_that_was_handed_out_names_who_did",
            ),
        ),
        migrations.AddConstraint(
            model_name="prescription",
            constraint=models.CheckConstraint(
                condition=models.Q(("days__range", (1, 30))), name="prescription_is_for_one_to_thirty_days"
            ),
        ),
        migrations.AddConstraint(
            model_name="prescription",
            constraint=stations.two_persons.TwoPersons(
                checker="reviewed_by", makers=("signed_by",), name="prescription_is_reviewed_by_another"
            ),
        ),
        migrations.AddConstraint(
            model_name="prescription",
            constraint=stations.two_persons.TwoPersons(
                checker="dispensed_by", makers=("signed_by",), name="prescription_is_handed_out_by_another"
            ),
        ),
    ]
