"""Check-ups: packages with their items and normal ranges, campaigns with days, results, reports, urgent results."""

import json
from pathlib import Path

import core.fields
import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.expressions
import health.checkups.models.packages
import stations.places.models
import stations.two_persons
from django.conf import settings
from django.db import migrations, models

from core.database.sql_files import function, statements

PACKAGE = Path(__file__).resolve().parent.parent / "checkups" / "data" / "cn-65plus-2025.json"


def load_package(apps, schema_editor):
    """The package of China, as a draft that a doctor approves."""
    package = json.loads(PACKAGE.read_text(encoding="utf-8"))
    items = package.pop("items")
    made = apps.get_model("health", "CheckupPackage").objects.create(**package)
    for values in items:
        ranges = values.pop("ranges")
        item = apps.get_model("health", "CheckupItem").objects.create(package=made, **values)
        rows = apps.get_model("health", "ItemRange")
        rows.objects.bulk_create(rows(item=item, **each) for each in ranges)


class Migration(migrations.Migration):
    dependencies = [
        ("health", "0011_prescriptions_end"),
        ("scheduling", "0004_series"),
        ("stations", "0015_loan_restructures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Campaign",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=6, unique=True, verbose_name="number")),
                ("name", core.fields.LineField(max_length=80, verbose_name="name")),
                ("laboratory", models.CharField(blank=True, max_length=20, verbose_name="laboratory")),
                ("from_date", models.DateField(verbose_name="from")),
                ("to_date", models.DateField(verbose_name="to")),
                ("price_minor", models.BigIntegerField(verbose_name="price of a check-up")),
                ("budget_minor", models.BigIntegerField(verbose_name="budget")),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
                ("ordered", models.PositiveIntegerField(default=0, editable=False, verbose_name="on the lists")),
                ("next_serial", models.PositiveIntegerField(default=1, editable=False)),
                ("opened_at", models.DateTimeField(verbose_name="opened at")),
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
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="opened by",
                    ),
                ),
            ],
            options={
                "verbose_name": "check-up campaign",
                "verbose_name_plural": "check-up campaigns",
            },
        ),
        migrations.CreateModel(
            name="CheckupDay",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("local_date", models.DateField(verbose_name="day")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="days",
                        to="health.campaign",
                        verbose_name="campaign",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="opened by",
                    ),
                ),
                (
                    "session",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="scheduling.session",
                        verbose_name="session",
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
                "verbose_name": "check-up day",
                "verbose_name_plural": "check-up days",
            },
        ),
        migrations.CreateModel(
            name="CheckupOrder",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("serial", models.CharField(max_length=12, unique=True, verbose_name="bar code")),
                ("place", models.PositiveSmallIntegerField(verbose_name="place")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("active", "on the list"),
                            ("completed", "completed"),
                            ("revoked", "taken from the list"),
                        ],
                        default="active",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("arrived_at", models.DateTimeField(blank=True, null=True, verbose_name="came at")),
                ("completed_at", models.DateTimeField(blank=True, null=True, verbose_name="completed at")),
                (
                    "arrived_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="received by",
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="health.campaign",
                        verbose_name="campaign",
                    ),
                ),
                (
                    "completed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="completed by",
                    ),
                ),
                (
                    "day",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="health.checkupday",
                        verbose_name="day",
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
                    "rostered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="put on the list by",
                    ),
                ),
                (
                    "slot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="scheduling.slot",
                        verbose_name="half-hour",
                    ),
                ),
                (
                    "visit",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="health.followupvisit",
                        verbose_name="counts as this visit",
                    ),
                ),
            ],
            options={
                "verbose_name": "check-up",
                "verbose_name_plural": "check-ups",
            },
        ),
        migrations.CreateModel(
            name="CheckupPackage",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=20, verbose_name="code")),
                ("revision", models.PositiveSmallIntegerField(verbose_name="revision")),
                ("name", core.fields.LineField(max_length=80, verbose_name="name")),
                ("name_zh", core.fields.LineField(max_length=80, verbose_name="name in Chinese")),
                ("country", models.CharField(max_length=2, verbose_name="country")),
                ("min_age", models.PositiveSmallIntegerField(verbose_name="from age")),
                ("report_days", models.PositiveSmallIntegerField(verbose_name="report within days")),
                ("source", core.fields.LineField(max_length=200, verbose_name="source")),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "to be approved"), ("active", "in use"), ("retired", "replaced")],
                        default="draft",
                        max_length=7,
                        verbose_name="state",
                    ),
                ),
                ("approved_at", models.DateTimeField(blank=True, null=True, verbose_name="approved at")),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="approved by",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="proposed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "check-up package",
                "verbose_name_plural": "check-up packages",
            },
        ),
        migrations.CreateModel(
            name="CheckupItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                ("code", models.SlugField(max_length=20, verbose_name="code")),
                ("loinc", models.CharField(blank=True, max_length=8, verbose_name="LOINC code")),
                (
                    "group",
                    models.CharField(
                        choices=[
                            ("life", "daily life"),
                            ("body", "measuring"),
                            ("exam", "examination"),
                            ("senses", "mouth, eyes, ears"),
                            ("blood", "blood"),
                            ("urine", "urine"),
                            ("images", "heart trace and pictures"),
                        ],
                        max_length=6,
                        verbose_name="group",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("number", "number"), ("choice", "choice")], max_length=6, verbose_name="kind"
                    ),
                ),
                ("name", core.fields.LineField(max_length=60, verbose_name="name")),
                ("name_zh", core.fields.LineField(max_length=60, verbose_name="name in Chinese")),
                ("unit", models.CharField(blank=True, max_length=12, verbose_name="unit")),
                (
                    "least",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=8, null=True, verbose_name="least possible value"
                    ),
                ),
                (
                    "most",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=8, null=True, verbose_name="greatest possible value"
                    ),
                ),
                ("options", models.JSONField(blank=True, default=list, verbose_name="answers")),
                ("is_required", models.BooleanField(default=True, verbose_name="is needed")),
                (
                    "advice",
                    core.fields.LineField(blank=True, max_length=200, verbose_name="what to do about a finding"),
                ),
                (
                    "advice_zh",
                    core.fields.LineField(
                        blank=True, max_length=200, verbose_name="what to do about a finding, in Chinese"
                    ),
                ),
                (
                    "package",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="health.checkuppackage",
                        verbose_name="package",
                    ),
                ),
            ],
            options={
                "verbose_name": "item of a check-up",
                "verbose_name_plural": "items of check-ups",
                "ordering": ("position",),
            },
        ),
        migrations.AddField(
            model_name="campaign",
            name="package",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="health.checkuppackage",
                verbose_name="package",
            ),
        ),
        migrations.CreateModel(
            name="CheckupReport",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("registered", "check-up not completed"),
                            ("preliminary", "to be released"),
                            ("final", "released"),
                            ("amended", "corrected"),
                        ],
                        default="registered",
                        max_length=11,
                        verbose_name="state",
                    ),
                ),
                ("due_date", models.DateField(verbose_name="due")),
                ("summary", core.fields.LineField(blank=True, max_length=300, verbose_name="what the doctor says")),
                ("released_at", models.DateTimeField(blank=True, null=True, verbose_name="released at")),
                (
                    "told_how",
                    models.CharField(
                        blank=True,
                        choices=[("in_person", "in person"), ("phone", "by phone"), ("family", "through the family")],
                        max_length=9,
                        verbose_name="told",
                    ),
                ),
                ("told_at", models.DateTimeField(blank=True, null=True, verbose_name="told at")),
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="report",
                        to="health.checkuporder",
                        verbose_name="check-up",
                    ),
                ),
                (
                    "released_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="released by",
                    ),
                ),
                (
                    "told_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="told by",
                    ),
                ),
            ],
            options={
                "verbose_name": "report of a check-up",
                "verbose_name_plural": "reports of check-ups",
            },
        ),
        migrations.CreateModel(
            name="CheckupResult",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("op_id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                (
                    "value",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=8, null=True, verbose_name="value"),
                ),
                ("choice", models.CharField(blank=True, max_length=20, verbose_name="answer")),
                ("text", core.fields.LineField(blank=True, max_length=200, verbose_name="note")),
                (
                    "absent_because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("refused", "does not want it"),
                            ("not_possible", "not possible for this person"),
                            ("sample_lost", "sample lost or spoilt"),
                            ("no_device", "device not available"),
                        ],
                        max_length=12,
                        verbose_name="why there is none",
                    ),
                ),
                ("unit", models.CharField(blank=True, max_length=12, verbose_name="unit")),
                (
                    "low",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=8, null=True, verbose_name="normal from"
                    ),
                ),
                (
                    "high",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=8, null=True, verbose_name="normal up to"
                    ),
                ),
                (
                    "flag",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("N", "normal"),
                            ("L", "low"),
                            ("H", "high"),
                            ("LL", "much too low"),
                            ("HH", "much too high"),
                            ("A", "to be watched"),
                        ],
                        max_length=2,
                        verbose_name="meaning",
                    ),
                ),
                ("device", core.fields.LineField(blank=True, max_length=40, verbose_name="device")),
                ("reason", core.fields.LineField(blank=True, max_length=200, verbose_name="reason of the correction")),
                ("made_at", models.DateTimeField(verbose_name="made at, by the device’s clock")),
                ("received_at", models.DateTimeField(verbose_name="received at")),
                ("is_current", models.BooleanField(verbose_name="counts")),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="health.checkupitem",
                        verbose_name="item",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="results",
                        to="health.checkuporder",
                        verbose_name="check-up",
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
            ],
            options={
                "verbose_name": "result of a check-up",
                "verbose_name_plural": "results of check-ups",
            },
        ),
        migrations.CreateModel(
            name="CareTask",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("due_date", models.DateField(verbose_name="due")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("requested", "to do today"),
                            ("completed", "done"),
                            ("cancelled", "not needed any more"),
                        ],
                        default="requested",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("hospital", "goes to hospital today"),
                            ("seen", "a doctor has seen the resident"),
                            ("waits", "is well, comes to the clinic tomorrow"),
                        ],
                        max_length=8,
                        verbose_name="what was done",
                    ),
                ),
                ("completed_at", models.DateTimeField(blank=True, null=True, verbose_name="done at")),
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
                    "completed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="done by",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="health.checkuporder",
                        verbose_name="check-up",
                    ),
                ),
                (
                    "result",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="task",
                        to="health.checkupresult",
                        verbose_name="result",
                    ),
                ),
            ],
            options={
                "verbose_name": "urgent result",
                "verbose_name_plural": "urgent results",
            },
        ),
        migrations.CreateModel(
            name="ItemRange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "sex",
                    models.CharField(
                        blank=True, choices=[("female", "female"), ("male", "male")], max_length=6, verbose_name="sex"
                    ),
                ),
                ("from_age", models.PositiveSmallIntegerField(default=0, verbose_name="from age")),
                ("to_age", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="until before age")),
                ("laboratory", models.CharField(blank=True, max_length=20, verbose_name="laboratory")),
                (
                    "low",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=8, null=True, verbose_name="normal from"
                    ),
                ),
                (
                    "high",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=8, null=True, verbose_name="normal up to"
                    ),
                ),
                (
                    "critical_low",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=8, null=True, verbose_name="critical down from"
                    ),
                ),
                (
                    "critical_high",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=8, null=True, verbose_name="critical from"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ranges",
                        to="health.checkupitem",
                        verbose_name="item",
                    ),
                ),
            ],
            options={
                "verbose_name": "normal range",
                "verbose_name_plural": "normal ranges",
            },
        ),
        migrations.AddIndex(
            model_name="checkupday",
            index=models.Index(fields=["campaign", "local_date"], name="checkup_day_of_campaign"),
        ),
        migrations.AddIndex(
            model_name="checkupday",
            index=models.Index(fields=["station", "local_date"], name="checkup_day_of_station"),
        ),
        migrations.AddIndex(
            model_name="checkuporder",
            index=models.Index(fields=["day", "status"], name="checkup_of_day"),
        ),
        migrations.AddIndex(
            model_name="checkuporder",
            index=models.Index(fields=["resident"], name="checkup_of_resident"),
        ),
        migrations.AddConstraint(
            model_name="checkuporder",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "revoked"), _negated=True),
                fields=("campaign", "resident"),
                name="resident_has_one_checkup_in_a_campaign",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkuporder",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "revoked"), _negated=True),
                fields=("slot", "place"),
                name="place_of_a_half_hour_is_given_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkuporder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("completed_at__isnull", False), ("completed_by__isnull", False), ("status", "completed")),
                    models.Q(
                        models.Q(("status", "completed"), _negated=True),
                        ("completed_at", None),
                        ("completed_by", None),
                        ("visit", None),
                    ),
                    _connector="OR",
                ),
                name="checkup_is_completed_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkuporder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("arrived_at", None), ("arrived_by", None)),
                    models.Q(("arrived_at__isnull", False), ("arrived_by__isnull", False)),
                    _connector="OR",
                ),
                name="who_came_was_received_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkuppackage",
            constraint=models.UniqueConstraint(fields=("code", "revision"), name="checkup_package_has_a_revision_once"),
        ),
        migrations.AddConstraint(
            model_name="checkuppackage",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "draft")),
                fields=("code",),
                name="checkup_package_has_one_draft_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkuppackage",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "active")),
                fields=("code",),
                name="checkup_package_has_one_revision_in_use",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkuppackage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approved_at", None), ("approved_by", None), ("status", "draft")),
                    models.Q(
                        models.Q(("status", "draft"), _negated=True),
                        ("approved_at__isnull", False),
                        ("approved_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="checkup_package_in_use_is_approved",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkuppackage",
            constraint=models.CheckConstraint(
                condition=models.Q(("source", ""), _negated=True), name="checkup_package_names_its_source"
            ),
        ),
        migrations.AddConstraint(
            model_name="checkuppackage",
            constraint=stations.two_persons.TwoPersons(
                checker="approved_by", makers=("proposed_by",), name="checkup_package_is_approved_by_another"
            ),
        ),
        migrations.AddConstraint(
            model_name="checkupitem",
            constraint=models.UniqueConstraint(fields=("package", "code"), name="package_has_an_item_once"),
        ),
        migrations.AddConstraint(
            model_name="checkupitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("kind", "number"), ("least__isnull", False), ("most__gt", models.F("least")), ("options", [])
                    ),
                    models.Q(
                        ("kind", "choice"), ("least", None), ("most", None), models.Q(("options", []), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="item_has_possible_values",
            ),
        ),
        migrations.AddIndex(
            model_name="campaign",
            index=models.Index(fields=["clinic", "-from_date"], name="campaign_of_clinic"),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(("to_date__gte", models.F("from_date"))), name="campaign_ends_after_it_begins"
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "budget_minor__gte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("ordered"), "*", models.F("price_minor")
                        ),
                    ),
                    ("price_minor__gt", 0),
                ),
                name="campaign_orders_no_more_than_its_budget_pays",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__regex", "^[0-9]{6}$")), name="campaign_number_has_six_digits"
            ),
        ),
        migrations.AddIndex(
            model_name="checkupreport",
            index=models.Index(condition=models.Q(("told_at", None)), fields=["due_date"], name="report_to_tell"),
        ),
        migrations.AddConstraint(
            model_name="checkupreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("released_at", None), ("released_by", None), ("status__in", ["registered", "preliminary"])
                    ),
                    models.Q(("released_at__isnull", False), ("released_by__isnull", False), ("status", "final")),
                    models.Q(("released_at", None), ("released_by", None), ("status", "amended")),
                    models.Q(("released_at__isnull", False), ("released_by__isnull", False), ("status", "amended")),
                    _connector="OR",
                ),
                name="final_report_is_released_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkupreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("told_at", None), ("told_by", None), ("told_how", "")),
                    models.Q(
                        ("released_at__isnull", False),
                        ("told_at__isnull", False),
                        ("told_by__isnull", False),
                        models.Q(("told_how", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="resident_is_told_of_a_released_report",
            ),
        ),
        migrations.AddIndex(
            model_name="checkupresult",
            index=models.Index(fields=["order", "item"], name="result_of_checkup"),
        ),
        migrations.AddConstraint(
            model_name="checkupresult",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_current", True)), fields=("order", "item"), name="one_result_of_an_item_counts"
            ),
        ),
        migrations.AddConstraint(
            model_name="checkupresult",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("absent_because", ""), ("choice", ""), ("value__isnull", False)),
                    models.Q(("absent_because", ""), ("value", None), models.Q(("choice", ""), _negated=True)),
                    models.Q(
                        ("choice", ""), ("flag", ""), ("value", None), models.Q(("absent_because", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="result_is_a_value_an_answer_or_a_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="caretask",
            index=models.Index(
                condition=models.Q(("status", "requested")), fields=["clinic", "due_date"], name="urgent_result_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="caretask",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("completed_at__isnull", False),
                        ("completed_by__isnull", False),
                        ("status", "completed"),
                        models.Q(("outcome", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("status", "completed"), _negated=True),
                        ("completed_at", None),
                        ("completed_by", None),
                        ("outcome", ""),
                    ),
                    _connector="OR",
                ),
                name="urgent_result_is_done_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="itemrange",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (models.F("item"), "="),
                    (stations.places.models.HashOfKey("sex"), "="),
                    (stations.places.models.HashOfKey("laboratory"), "="),
                    (health.checkups.models.packages.AgeSpan("from_age", "to_age"), "&&"),
                ],
                name="item_has_one_normal_range_for_a_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="itemrange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("low", None), ("high", None), ("low__lte", models.F("high")), _connector="OR"),
                    models.Q(
                        ("critical_low", None), ("low", None), ("critical_low__lt", models.F("low")), _connector="OR"
                    ),
                    models.Q(
                        ("critical_high", None),
                        ("high", None),
                        ("critical_high__gt", models.F("high")),
                        _connector="OR",
                    ),
                ),
                name="critical_limits_lie_outside_of_the_normal_range",
            ),
        ),
        migrations.AddConstraint(
            model_name="itemrange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("low__isnull", False),
                    ("high__isnull", False),
                    ("critical_low__isnull", False),
                    ("critical_high__isnull", False),
                    _connector="OR",
                ),
                name="normal_range_has_an_end",
            ),
        ),
        function("health", "health_check_checkup_place"),
        function("health", "health_keep_approved_package"),
        statements("health", "checkups"),
        migrations.RunPython(load_package, migrations.RunPython.noop),
    ]
