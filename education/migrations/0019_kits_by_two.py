"""A kit is handed to a child that two people have entitled to it; what nobody was handed goes back in a crate."""

import core.fields
import django.db.models.deletion
import stations.two_persons
from django.conf import settings
from django.db import migrations, models

from core.database.sql_files import function, statements


class Migration(migrations.Migration):
    dependencies = [("education", "0018_fair_records"), ("stations", "0017_coupon_codes")]

    operations = [
        migrations.CreateModel(
            name="KitEntitlement",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "waits for the county"),
                            ("held", "may be a second one"),
                            ("approved", "approved"),
                            ("refused", "refused"),
                            ("cancelled", "cancelled"),
                            ("expired", "expired"),
                            ("handed_over", "handed over"),
                            ("returned", "returned"),
                        ],
                        max_length=11,
                        verbose_name="status",
                    ),
                ),
                (
                    "is_suspected",
                    models.BooleanField(default=False, verbose_name="may be a second one of the same child"),
                ),
                ("proposed_at", models.DateTimeField(verbose_name="proposed at")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided at")),
                ("reason", core.fields.LineField(blank=True, max_length=200, verbose_name="reason")),
            ],
            options={
                "verbose_name": "entitlement to a school kit",
                "verbose_name_plural": "entitlements to school kits",
            },
        ),
        migrations.AlterField(
            model_name="kit",
            name="state",
            field=models.CharField(
                choices=[
                    ("at_county", "in the county store"),
                    ("in_transit", "on the way"),
                    ("at_station", "at the station"),
                    ("handed_over", "handed over"),
                    ("returned", "returned"),
                    ("going_back", "on the way back"),
                    ("lost", "lost"),
                    ("damaged", "damaged"),
                ],
                default="at_county",
                max_length=12,
                verbose_name="state",
            ),
        ),
        migrations.CreateModel(
            name="KitCrate",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("packed", models.PositiveSmallIntegerField(verbose_name="kits packed")),
                (
                    "status",
                    models.CharField(
                        choices=[("sent", "on the way"), ("counted", "counted")],
                        default="sent",
                        max_length=7,
                        verbose_name="status",
                    ),
                ),
                ("sent_at", models.DateTimeField(verbose_name="sent at")),
                ("counted_at", models.DateTimeField(blank=True, null=True, verbose_name="counted at")),
                ("lost", models.PositiveSmallIntegerField(default=0, verbose_name="kits lost")),
                ("protocol", core.fields.LineField(blank=True, max_length=300, verbose_name="protocol of the loss")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="crates",
                        to="education.campaign",
                        verbose_name="campaign",
                    ),
                ),
                (
                    "counted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="counted by",
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="sent by",
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
                "verbose_name": "crate of school kits",
                "verbose_name_plural": "crates of school kits",
            },
        ),
        migrations.AddField(
            model_name="kit",
            name="crate",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="kits",
                to="education.kitcrate",
                verbose_name="crate of the way back",
            ),
        ),
        migrations.AddConstraint(
            model_name="kit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["going_back", "lost"]), _negated=True),
                    ("crate__isnull", False),
                    _connector="OR",
                ),
                name="kit_goes_back_in_a_crate",
            ),
        ),
        migrations.AddField(
            model_name="kitentitlement",
            name="campaign",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entitlements",
                to="education.campaign",
                verbose_name="campaign",
            ),
        ),
        migrations.AddField(
            model_name="kitentitlement",
            name="child",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="stations.person",
                verbose_name="child",
            ),
        ),
        migrations.AddField(
            model_name="kitentitlement",
            name="consent",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="stations.consent",
                verbose_name="consent",
            ),
        ),
        migrations.AddField(
            model_name="kitentitlement",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="decided by",
            ),
        ),
        migrations.AddField(
            model_name="kitentitlement",
            name="proposed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="proposed by",
            ),
        ),
        migrations.AddField(
            model_name="kitentitlement",
            name="station",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="stations.station",
                verbose_name="station",
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="entitlement",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="handovers",
                to="education.kitentitlement",
                verbose_name="entitlement",
            ),
        ),
        migrations.AddIndex(
            model_name="kitcrate",
            index=models.Index(fields=["station", "-sent_at"], name="kit_crate_of_station"),
        ),
        migrations.AddConstraint(
            model_name="kitcrate",
            constraint=models.CheckConstraint(condition=models.Q(("packed__gt", 0)), name="kit_crate_has_kits"),
        ),
        migrations.AddConstraint(
            model_name="kitcrate",
            constraint=models.CheckConstraint(
                condition=models.Q(("lost__lte", models.F("packed"))), name="kit_crate_loses_what_was_in_it"
            ),
        ),
        migrations.AddConstraint(
            model_name="kitcrate",
            constraint=models.CheckConstraint(
                condition=models.Q(("lost", 0), models.Q(("protocol", ""), _negated=True), _connector="OR"),
                name="kits_are_lost_with_a_protocol",
            ),
        ),
        migrations.AddConstraint(
            model_name="kitcrate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("counted_at", None), ("counted_by", None), ("lost", 0), ("status", "sent")),
                    models.Q(("counted_at__isnull", False), ("counted_by__isnull", False), ("status", "counted")),
                    _connector="OR",
                ),
                name="kit_crate_is_counted_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="kitcrate",
            constraint=stations.two_persons.TwoPersons(
                checker="counted_by", makers=("sent_by",), name="kit_crate_is_counted_by_another_person"
            ),
        ),
        migrations.AddIndex(
            model_name="kitentitlement",
            index=models.Index(fields=["station", "-proposed_at"], name="entitlement_of_station"),
        ),
        migrations.AddIndex(
            model_name="kitentitlement",
            index=models.Index(fields=["campaign", "status"], name="entitlement_of_campaign"),
        ),
        migrations.AddIndex(
            model_name="kitentitlement",
            index=models.Index(fields=["child"], name="entitlement_of_child"),
        ),
        migrations.AddConstraint(
            model_name="kitentitlement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ["pending", "held", "approved", "handed_over"])),
                fields=("campaign", "child"),
                name="child_is_entitled_once_in_a_campaign",
            ),
        ),
        migrations.AddConstraint(
            model_name="kitentitlement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_at", None),
                        ("decided_by", None),
                        models.Q(("status__in", ["approved", "refused", "handed_over"]), _negated=True),
                    ),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        models.Q(("status__in", ["pending", "held"]), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="entitlement_is_decided_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="kitentitlement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["refused", "cancelled"]), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="entitlement_that_is_refused_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="kitentitlement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("is_suspected", True), ("status", "approved"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="second_entitlement_is_approved_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="kitentitlement",
            constraint=stations.two_persons.TwoPersons(
                checker="decided_by", makers=("proposed_by",), name="entitlement_is_decided_by_another_person"
            ),
        ),
        function("education", "education_check_handover"),
        statements("education", "kits_by_two"),
    ]
