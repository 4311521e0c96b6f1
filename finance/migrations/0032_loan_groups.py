"""Groups of borrowers, and the sheets on which their payments are collected."""

import core.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.database.sql_files import statements


class Migration(migrations.Migration):
    dependencies = [
        ("finance", "0031_loan_rates"),
        ("stations", "0015_loan_restructures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BorrowerGroup",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("name", core.fields.LineField(max_length=40, verbose_name="name")),
                ("first_meeting_date", models.DateField(verbose_name="first meeting")),
                ("every_weeks", models.PositiveSmallIntegerField(verbose_name="weeks between meetings")),
                ("joint_liability", models.BooleanField(default=True, verbose_name="members stand up for each other")),
                (
                    "status",
                    models.CharField(
                        choices=[("active", "meets"), ("closed", "ended")],
                        default="active",
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                ("formed_at", models.DateTimeField(verbose_name="formed at")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
                (
                    "formed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="formed by",
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
                "verbose_name": "group of borrowers",
                "verbose_name_plural": "groups of borrowers",
            },
        ),
        migrations.AddField(
            model_name="loanapplication",
            name="group",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="applications",
                to="finance.borrowergroup",
                verbose_name="group of borrowers",
            ),
        ),
        migrations.CreateModel(
            name="CollectionSheet",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("meeting_date", models.DateField(verbose_name="collected on")),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
                ("expected_minor", models.BigIntegerField(verbose_name="due")),
                ("collected_minor", models.BigIntegerField(verbose_name="collected")),
                ("taken_at", models.DateTimeField(verbose_name="taken at")),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sheets",
                        to="finance.borrowergroup",
                        verbose_name="group of borrowers",
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="taken by",
                    ),
                ),
            ],
            options={
                "verbose_name": "collection sheet",
                "verbose_name_plural": "collection sheets",
            },
        ),
        migrations.CreateModel(
            name="GroupMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("is_leader", models.BooleanField(default=False, verbose_name="leads the group")),
                ("joined_at", models.DateTimeField(verbose_name="joined at")),
                ("left_at", models.DateTimeField(blank=True, null=True, verbose_name="left at")),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="added by",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="members",
                        to="finance.borrowergroup",
                        verbose_name="group of borrowers",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="loan_memberships",
                        to="stations.person",
                        verbose_name="resident",
                    ),
                ),
            ],
            options={
                "verbose_name": "member of a group of borrowers",
                "verbose_name_plural": "members of groups of borrowers",
            },
        ),
        migrations.CreateModel(
            name="SheetLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("expected_minor", models.BigIntegerField(verbose_name="due")),
                ("collected_minor", models.BigIntegerField(default=0, verbose_name="collected")),
                ("reason", core.fields.LineField(blank=True, max_length=120, verbose_name="why not all")),
                (
                    "loan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="finance.loan",
                        verbose_name="loan",
                    ),
                ),
                (
                    "payment",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="finance.payment",
                        verbose_name="payment",
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="finance.collectionsheet",
                        verbose_name="collection sheet",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of a collection sheet",
                "verbose_name_plural": "lines of collection sheets",
            },
        ),
        migrations.AddIndex(
            model_name="borrowergroup",
            index=models.Index(fields=["station", "-id"], name="loan_group_of_station"),
        ),
        migrations.AddConstraint(
            model_name="borrowergroup",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "active")),
                fields=("station", "name"),
                name="loan_group_has_a_name_of_its_own",
            ),
        ),
        migrations.AddConstraint(
            model_name="borrowergroup",
            constraint=models.CheckConstraint(
                condition=models.Q(("every_weeks__gte", 1), ("every_weeks__lte", 8)), name="loan_group_meets_by_weeks"
            ),
        ),
        migrations.AddConstraint(
            model_name="borrowergroup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at", None), ("status", "active")),
                    models.Q(("closed_at__isnull", False), ("status", "closed")),
                    _connector="OR",
                ),
                name="loan_group_has_its_end_exactly_when_ended",
            ),
        ),
        migrations.AddIndex(
            model_name="collectionsheet",
            index=models.Index(fields=["group", "-meeting_date"], name="collection_sheet_newest_first"),
        ),
        migrations.AddConstraint(
            model_name="collectionsheet",
            constraint=models.UniqueConstraint(
                fields=("group", "meeting_date"), name="loan_group_is_collected_from_once_a_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="collectionsheet",
            constraint=models.CheckConstraint(
                condition=models.Q(("collected_minor__gt", 0), ("expected_minor__gte", 0)),
                name="collection_sheet_collects_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="groupmember",
            constraint=models.UniqueConstraint(
                condition=models.Q(("left_at", None)),
                fields=("person",),
                name="resident_is_in_one_loan_group_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="groupmember",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_leader", True), ("left_at", None)),
                fields=("group",),
                name="loan_group_has_one_leader",
            ),
        ),
        migrations.AddConstraint(
            model_name="sheetline",
            constraint=models.UniqueConstraint(fields=("sheet", "loan"), name="loan_stands_on_a_sheet_once"),
        ),
        migrations.AddConstraint(
            model_name="sheetline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("collected_minor", 0), ("payment", None)),
                    models.Q(("collected_minor__gt", 0), ("payment__isnull", False)),
                    _connector="OR",
                ),
                name="sheet_line_collects_by_a_payment",
            ),
        ),
        migrations.AddConstraint(
            model_name="sheetline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("expected_minor__gte", 0),
                    models.Q(
                        ("collected_minor__gte", models.F("expected_minor")),
                        models.Q(("reason", ""), _negated=True),
                        _connector="OR",
                    ),
                ),
                name="sheet_line_says_why_less_was_collected",
            ),
        ),
        statements("finance", "loan_groups"),
    ]
