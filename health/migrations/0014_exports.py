"""Exports of health data, and their files."""

import core.fields
import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.database.sql_files import statements


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0005_reference_version"),
        ("health", "0013_checkup_drafts"),
        ("stations", "0015_loan_restructures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Export",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("requested_at", models.DateTimeField(verbose_name="requested at")),
                ("address", models.TextField(verbose_name="address of the request")),
                (
                    "programme",
                    models.CharField(
                        blank=True,
                        choices=[("hypertension", "hypertension"), ("type2_diabetes", "type 2 diabetes")],
                        max_length=16,
                        verbose_name="programme",
                    ),
                ),
                (
                    "types",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=32),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="resource types",
                    ),
                ),
                ("since", models.DateTimeField(blank=True, null=True, verbose_name="changed since")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("requested", "waits"),
                            ("running", "is being made"),
                            ("completed", "can be fetched"),
                            ("cancelled", "cancelled"),
                            ("expired", "files deleted"),
                        ],
                        default="requested",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                (
                    "transaction_time",
                    models.DateTimeField(blank=True, null=True, verbose_name="instant of the snapshot"),
                ),
                ("progress", models.CharField(blank=True, max_length=60, verbose_name="progress")),
                ("resident_count", models.PositiveIntegerField(default=0, verbose_name="residents")),
                ("completed_at", models.DateTimeField(blank=True, null=True, verbose_name="completed at")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="cancelled or expired at")),
                (
                    "division",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stations.division",
                        verbose_name="place",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="requested by",
                    ),
                ),
            ],
            options={
                "verbose_name": "export of health data",
                "verbose_name_plural": "exports of health data",
            },
        ),
        migrations.CreateModel(
            name="ExportFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("type", models.CharField(max_length=32, verbose_name="resource type")),
                ("line_count", models.PositiveIntegerField(verbose_name="lines")),
                (
                    "export",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="files", to="health.export"
                    ),
                ),
                (
                    "stored",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.storedfile",
                        verbose_name="file",
                    ),
                ),
            ],
            options={
                "verbose_name": "file of an export",
                "verbose_name_plural": "files of exports",
            },
        ),
        migrations.AddIndex(
            model_name="export",
            index=models.Index(fields=["requested_by", "-requested_at"], name="export_of_person"),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ["requested", "running"])),
                fields=("requested_by",),
                name="person_has_one_unfinished_export",
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(("programme", ""), ("division__isnull", False), _connector="OR"),
                name="export_of_a_programme_has_a_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "completed"), _negated=True),
                    models.Q(("completed_at__isnull", False), ("transaction_time__isnull", False)),
                    _connector="OR",
                ),
                name="completed_export_shows_one_instant",
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", False), ("status__in", ["cancelled", "expired"])),
                    models.Q(models.Q(("status__in", ["cancelled", "expired"]), _negated=True), ("ended_at", None)),
                    _connector="OR",
                ),
                name="export_ends_at_an_instant",
            ),
        ),
        migrations.AddConstraint(
            model_name="exportfile",
            constraint=models.UniqueConstraint(fields=("export", "type"), name="export_has_one_file_of_a_type"),
        ),
        migrations.AddConstraint(
            model_name="exportfile",
            constraint=models.CheckConstraint(
                condition=models.Q(("line_count__gt", 0)), name="file_of_an_export_has_lines"
            ),
        ),
        statements("health", "exports"),
    ]
