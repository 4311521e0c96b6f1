"""Produce of farmers: notices, intakes with grades, lots, sales, statements, claims."""

import core.fields
import core.web.ranges
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import phonenumber_field.modelfields
import stations.places.models
import stations.two_persons
from django.conf import settings
from django.db import migrations, models

from core.database.sql_files import function, statements


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0003_purchases"),
        ("stations", "0010_health_roles"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Crop",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("code", models.CharField(max_length=20, unique=True, verbose_name="code")),
                ("name", core.fields.LineField(max_length=60, verbose_name="name")),
                ("name_zh", core.fields.LineField(max_length=60, verbose_name="name in Chinese")),
                ("keeps_days", models.PositiveSmallIntegerField(default=14, verbose_name="days that it keeps")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
            ],
            options={
                "verbose_name": "crop",
                "verbose_name_plural": "crops",
            },
        ),
        migrations.CreateModel(
            name="ProduceBuyer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("code", models.CharField(max_length=20, unique=True, verbose_name="code")),
                ("name", core.fields.LineField(max_length=80, verbose_name="name")),
                ("country", models.CharField(max_length=2, verbose_name="country")),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
                (
                    "phone",
                    phonenumber_field.modelfields.PhoneNumberField(
                        blank=True, max_length=128, region=None, verbose_name="phone"
                    ),
                ),
                ("language", models.CharField(max_length=10, verbose_name="language")),
                ("claim_days", models.PositiveSmallIntegerField(default=7, verbose_name="days to claim")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
            ],
            options={
                "verbose_name": "buyer of produce",
                "verbose_name_plural": "buyers of produce",
            },
        ),
        migrations.CreateModel(
            name="BuyerClaim",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("amount_minor", models.BigIntegerField(verbose_name="amount")),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
                ("reason", core.fields.LineField(max_length=200, verbose_name="reason")),
                (
                    "status",
                    models.CharField(
                        choices=[("raised", "to be decided"), ("accepted", "accepted"), ("rejected", "rejected")],
                        default="raised",
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                ("raised_at", models.DateTimeField(verbose_name="raised at")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided at")),
                ("decision", core.fields.LineField(blank=True, max_length=200, verbose_name="decision")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                (
                    "raised_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="recorded by",
                    ),
                ),
            ],
            options={
                "verbose_name": "claim of a buyer",
                "verbose_name_plural": "claims of buyers",
            },
        ),
        migrations.CreateModel(
            name="DeductionPlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
                ("from_date", models.DateField(verbose_name="from")),
                ("to_date", models.DateField(blank=True, null=True, verbose_name="to")),
                (
                    "division",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: in every county that has this currency.",
                        limit_choices_to={"level": "county"},
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stations.division",
                        verbose_name="county",
                    ),
                ),
            ],
            options={
                "verbose_name": "deduction plan",
                "verbose_name_plural": "deduction plans",
            },
        ),
        migrations.CreateModel(
            name="DeductionRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("packing", "packing"),
                            ("freight", "freight"),
                            ("station_handling", "handling at the station"),
                            ("platform", "platform"),
                            ("claims_reserve", "kept back for claims"),
                        ],
                        max_length=16,
                        verbose_name="deduction",
                    ),
                ),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("per_1000_g", "for each kilogram"),
                            ("percent_of_gross", "of the gross, in basis points"),
                        ],
                        max_length=16,
                        verbose_name="calculated",
                    ),
                ),
                (
                    "value",
                    models.PositiveIntegerField(help_text="In minor units, or in basis points.", verbose_name="value"),
                ),
                ("carrier", models.CharField(blank=True, max_length=40, verbose_name="carrier")),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rows",
                        to="orders.deductionplan",
                        verbose_name="deduction plan",
                    ),
                ),
            ],
            options={
                "verbose_name": "deduction",
                "verbose_name_plural": "deductions",
            },
        ),
        migrations.CreateModel(
            name="FarmerStatement",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("grams", models.BigIntegerField(verbose_name="sold, in grams")),
                ("gross_minor", models.BigIntegerField(verbose_name="city buyers paid")),
                ("deducted_minor", models.BigIntegerField(verbose_name="deducted")),
                ("reserve_minor", models.BigIntegerField(verbose_name="kept back for claims")),
                ("net_minor", models.BigIntegerField(verbose_name="paid out at delivery")),
                ("lost_minor", models.BigIntegerField(default=0, verbose_name="lost to claims")),
                ("released_minor", models.BigIntegerField(default=0, verbose_name="returned of the reserve")),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="settled at")),
                (
                    "farmer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="farmer_statements",
                        to="stations.person",
                        verbose_name="farmer",
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="farmer_statements",
                        to="stations.station",
                        verbose_name="station",
                    ),
                ),
            ],
            options={
                "verbose_name": "farmer's statement",
                "verbose_name_plural": "farmers' statements",
            },
        ),
        migrations.CreateModel(
            name="ClaimPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("amount_minor", models.BigIntegerField(verbose_name="amount")),
                ("reserve_minor", models.BigIntegerField(verbose_name="of which from the reserve")),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="orders.buyerclaim",
                        verbose_name="claim of a buyer",
                    ),
                ),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claim_parts",
                        to="orders.farmerstatement",
                        verbose_name="farmer's statement",
                    ),
                ),
            ],
            options={
                "verbose_name": "part of a claim",
                "verbose_name_plural": "parts of claims",
            },
        ),
        migrations.CreateModel(
            name="GradeSheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("from_date", models.DateField(verbose_name="from")),
                ("to_date", models.DateField(blank=True, null=True, verbose_name="to")),
                (
                    "crop",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sheets",
                        to="orders.crop",
                        verbose_name="crop",
                    ),
                ),
            ],
            options={
                "verbose_name": "grade sheet",
                "verbose_name_plural": "grade sheets",
            },
        ),
        migrations.CreateModel(
            name="Grade",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("code", models.CharField(max_length=8, verbose_name="code")),
                ("name", core.fields.LineField(max_length=40, verbose_name="name")),
                ("name_zh", core.fields.LineField(max_length=40, verbose_name="name in Chinese")),
                ("rule", core.fields.LineField(blank=True, max_length=120, verbose_name="what it must be")),
                (
                    "rule_zh",
                    core.fields.LineField(blank=True, max_length=120, verbose_name="what it must be, in Chinese"),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grades",
                        to="orders.gradesheet",
                        verbose_name="grade sheet",
                    ),
                ),
            ],
            options={
                "verbose_name": "grade",
                "verbose_name_plural": "grades",
            },
        ),
        migrations.CreateModel(
            name="HarvestNotice",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("from_date", models.DateField(verbose_name="from")),
                ("to_date", models.DateField(verbose_name="last day")),
                ("expected_g", models.BigIntegerField(verbose_name="expected, in grams")),
                ("confirmed_g", models.BigIntegerField(blank=True, null=True, verbose_name="confirmed, in grams")),
                ("taken_in_g", models.BigIntegerField(default=0, verbose_name="taken in, in grams")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("announced", "announced"),
                            ("confirmed", "confirmed"),
                            ("harvesting", "being brought"),
                            ("fulfilled", "brought"),
                            ("short", "less than announced"),
                            ("cancelled", "cancelled"),
                        ],
                        default="announced",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("announced_at", models.DateTimeField(verbose_name="announced at")),
                (
                    "announced_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="recorded by",
                    ),
                ),
                (
                    "crop",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orders.crop",
                        verbose_name="crop",
                    ),
                ),
                (
                    "farmer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="harvest_notices",
                        to="stations.person",
                        verbose_name="farmer",
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="harvest_notices",
                        to="stations.station",
                        verbose_name="station",
                    ),
                ),
            ],
            options={
                "verbose_name": "harvest notice",
                "verbose_name_plural": "harvest notices",
            },
        ),
        migrations.CreateModel(
            name="Intake",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("slip_number", models.CharField(max_length=32, unique=True, verbose_name="slip")),
                (
                    "key",
                    models.CharField(help_text="Unique forever: one press, one weighing.", max_length=160, unique=True),
                ),
                ("gross_g", models.BigIntegerField(verbose_name="gross, in grams")),
                ("tare_g", models.BigIntegerField(verbose_name="crates, in grams")),
                ("net_g", models.BigIntegerField(verbose_name="net, in grams")),
                ("rejected_g", models.BigIntegerField(default=0, verbose_name="not taken, in grams")),
                ("round", models.PositiveSmallIntegerField(default=0, verbose_name="grading")),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
                ("expected_minor", models.BigIntegerField(blank=True, null=True, verbose_name="expected city price")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("weighed", "weighed"),
                            ("graded", "graded"),
                            ("disputed", "disputed"),
                            ("regraded", "graded a second time"),
                            ("accepted", "accepted"),
                            ("rejected", "taken home"),
                        ],
                        default="weighed",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("weighed_at", models.DateTimeField(verbose_name="weighed at")),
                (
                    "dispute_reason",
                    core.fields.LineField(blank=True, max_length=200, verbose_name="what the farmer says"),
                ),
                (
                    "code_hash",
                    models.CharField(
                        blank=True, help_text="HMAC-SHA256 under the key of the blind index.", max_length=64
                    ),
                ),
                (
                    "code_phone",
                    phonenumber_field.modelfields.PhoneNumberField(
                        blank=True, max_length=128, region=None, verbose_name="phone"
                    ),
                ),
                ("code_count", models.PositiveSmallIntegerField(default=0, verbose_name="codes sent")),
                ("code_sent_at", models.DateTimeField(blank=True, null=True, verbose_name="code sent at")),
                ("tries", models.PositiveSmallIntegerField(default=0, verbose_name="tries")),
                ("accepted_at", models.DateTimeField(blank=True, null=True, verbose_name="accepted at")),
                (
                    "accepted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="recorded by",
                    ),
                ),
                (
                    "crop",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="intakes",
                        to="orders.crop",
                        verbose_name="crop",
                    ),
                ),
                (
                    "farmer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="intakes",
                        to="stations.person",
                        verbose_name="farmer",
                    ),
                ),
                (
                    "grader",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="grader",
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="intakes",
                        to="orders.harvestnotice",
                        verbose_name="harvest notice",
                    ),
                ),
                (
                    "second_grader",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="second grader",
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orders.gradesheet",
                        verbose_name="grade sheet",
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="intakes",
                        to="stations.station",
                        verbose_name="station",
                    ),
                ),
                (
                    "weighed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="weighed by",
                    ),
                ),
                (
                    "witness",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stations.person",
                        verbose_name="witness",
                    ),
                ),
            ],
            options={
                "verbose_name": "intake of produce",
                "verbose_name_plural": "intakes of produce",
            },
        ),
        migrations.CreateModel(
            name="IntakeGrade",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("round", models.PositiveSmallIntegerField(verbose_name="grading")),
                ("grams", models.BigIntegerField(verbose_name="grams")),
                ("grams_in_lots", models.BigIntegerField(default=0, verbose_name="in lots, in grams")),
                (
                    "grade",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orders.grade",
                        verbose_name="grade",
                    ),
                ),
                (
                    "intake",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grades",
                        to="orders.intake",
                        verbose_name="intake of produce",
                    ),
                ),
            ],
            options={
                "verbose_name": "grade of an intake",
                "verbose_name_plural": "grades of intakes",
            },
        ),
        migrations.CreateModel(
            name="Lot",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=32, unique=True, verbose_name="code")),
                ("key", models.CharField(help_text="Unique forever: one press, one lot.", max_length=160, unique=True)),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
                ("best_before_date", models.DateField(verbose_name="best before")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "being filled"),
                            ("closed", "for sale"),
                            ("moved", "in other lots"),
                            ("allocated", "sold"),
                            ("dispatched", "on its way"),
                            ("delivered", "delivered"),
                            ("settled", "settled"),
                            ("on_hold", "on hold"),
                            ("recalled", "recalled"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("opened_at", models.DateTimeField(verbose_name="opened at")),
                ("delivered_at", models.DateTimeField(blank=True, null=True, verbose_name="delivered at")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="settled at")),
                (
                    "crop",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lots",
                        to="orders.crop",
                        verbose_name="crop",
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
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lots",
                        to="stations.station",
                        verbose_name="lies at",
                    ),
                ),
            ],
            options={
                "verbose_name": "lot of produce",
                "verbose_name_plural": "lots of produce",
            },
        ),
        migrations.AddField(
            model_name="farmerstatement",
            name="lot",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="statements",
                to="orders.lot",
                verbose_name="lot of produce",
            ),
        ),
        migrations.CreateModel(
            name="LotGrade",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("grams", models.BigIntegerField(default=0, verbose_name="grams")),
                ("grams_moved", models.BigIntegerField(default=0, verbose_name="in other lots, in grams")),
                ("grams_sold", models.BigIntegerField(default=0, verbose_name="sold, in grams")),
                (
                    "grade",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orders.grade",
                        verbose_name="grade",
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grades",
                        to="orders.lot",
                        verbose_name="lot of produce",
                    ),
                ),
            ],
            options={
                "verbose_name": "grade of a lot",
                "verbose_name_plural": "grades of lots",
            },
        ),
        migrations.CreateModel(
            name="LotHold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("hold", "hold"), ("recall", "recall")], max_length=6, verbose_name="kind"
                    ),
                ),
                ("reason", core.fields.LineField(max_length=200, verbose_name="reason")),
                (
                    "status_before",
                    models.CharField(
                        choices=[
                            ("open", "being filled"),
                            ("closed", "for sale"),
                            ("moved", "in other lots"),
                            ("allocated", "sold"),
                            ("dispatched", "on its way"),
                            ("delivered", "delivered"),
                            ("settled", "settled"),
                            ("on_hold", "on hold"),
                            ("recalled", "recalled"),
                        ],
                        max_length=10,
                        verbose_name="status before",
                    ),
                ),
                ("opened_at", models.DateTimeField(verbose_name="since")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="ended by",
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="orders.lot",
                        verbose_name="lot of produce",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "root",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orders.lot",
                        verbose_name="began at the lot",
                    ),
                ),
            ],
            options={
                "verbose_name": "hold on a lot",
                "verbose_name_plural": "holds on lots",
            },
        ),
        migrations.CreateModel(
            name="LotSale",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "key",
                    models.CharField(help_text="Unique forever: one press, one sale.", max_length=160, unique=True),
                ),
                ("grams", models.BigIntegerField(verbose_name="grams")),
                ("price_minor", models.BigIntegerField(help_text="For 1,000 grams.", verbose_name="price")),
                ("amount_minor", models.BigIntegerField(verbose_name="amount")),
                ("claimed_minor", models.BigIntegerField(default=0, verbose_name="of which claimed")),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
                ("sold_at", models.DateTimeField(verbose_name="sold at")),
                ("delivered_at", models.DateTimeField(blank=True, null=True, verbose_name="delivered at")),
                ("claim_until_at", models.DateTimeField(blank=True, null=True, verbose_name="claims until")),
                (
                    "grade",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orders.grade",
                        verbose_name="grade",
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sales",
                        to="orders.lot",
                        verbose_name="lot of produce",
                    ),
                ),
                (
                    "sold_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="sold by",
                    ),
                ),
                (
                    "buyer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sales",
                        to="orders.producebuyer",
                        verbose_name="buyer of produce",
                    ),
                ),
            ],
            options={
                "verbose_name": "sale of a lot",
                "verbose_name_plural": "sales of lots",
            },
        ),
        migrations.AddField(
            model_name="buyerclaim",
            name="sale",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="claims",
                to="orders.lotsale",
                verbose_name="sale of a lot",
            ),
        ),
        migrations.CreateModel(
            name="LotSource",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("grams", models.BigIntegerField(verbose_name="grams")),
                (
                    "grade",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orders.grade",
                        verbose_name="grade",
                    ),
                ),
                (
                    "intake_grade",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lot_sources",
                        to="orders.intakegrade",
                        verbose_name="grade of an intake",
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sources",
                        to="orders.lot",
                        verbose_name="lot of produce",
                    ),
                ),
                (
                    "parent_lot",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="orders.lot",
                        verbose_name="from the lot",
                    ),
                ),
            ],
            options={
                "verbose_name": "source of a lot",
                "verbose_name_plural": "sources of lots",
            },
        ),
        migrations.CreateModel(
            name="StatementDeduction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("packing", "packing"),
                            ("freight", "freight"),
                            ("station_handling", "handling at the station"),
                            ("platform", "platform"),
                            ("claims_reserve", "kept back for claims"),
                        ],
                        max_length=16,
                        verbose_name="deduction",
                    ),
                ),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("per_1000_g", "for each kilogram"),
                            ("percent_of_gross", "of the gross, in basis points"),
                        ],
                        max_length=16,
                        verbose_name="calculated",
                    ),
                ),
                ("value", models.PositiveIntegerField(verbose_name="value")),
                (
                    "basis_quantity",
                    models.BigIntegerField(help_text="Grams, or the gross in minor units.", verbose_name="from"),
                ),
                ("amount_minor", models.BigIntegerField(verbose_name="amount")),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
                ("account", models.CharField(max_length=80, verbose_name="paid to")),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deductions",
                        to="orders.farmerstatement",
                        verbose_name="farmer's statement",
                    ),
                ),
            ],
            options={
                "verbose_name": "deduction of a statement",
                "verbose_name_plural": "deductions of statements",
            },
        ),
        migrations.AddConstraint(
            model_name="deductionplan",
            constraint=models.CheckConstraint(
                condition=models.Q(("to_date", None), ("to_date__gt", models.F("from_date")), _connector="OR"),
                name="deduction_plan_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="deductionplan",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (stations.places.models.HashOfKey("currency"), "="),
                    (
                        django.db.models.functions.comparison.Coalesce(
                            models.F("division"), 0, output_field=models.BigIntegerField()
                        ),
                        "=",
                    ),
                    (
                        core.web.ranges.DateSpan(
                            "from_date", "to_date", django.contrib.postgres.fields.ranges.RangeBoundary()
                        ),
                        "&&",
                    ),
                ],
                name="county_has_one_deduction_plan_at_any_date",
            ),
        ),
        migrations.AddConstraint(
            model_name="deductionrow",
            constraint=models.UniqueConstraint(fields=("plan", "code"), name="plan_deducts_each_code_once"),
        ),
        migrations.AddConstraint(
            model_name="deductionrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("code", "freight"), models.Q(("carrier", ""), _negated=True)),
                    models.Q(models.Q(("code", "freight"), _negated=True), ("carrier", "")),
                    _connector="OR",
                ),
                name="freight_alone_names_its_carrier",
            ),
        ),
        migrations.AddConstraint(
            model_name="deductionrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("basis", "percent_of_gross"), _negated=True), ("value__lte", 10000), _connector="OR"
                ),
                name="deduction_is_at_most_the_gross",
            ),
        ),
        migrations.AddConstraint(
            model_name="claimpart",
            constraint=models.UniqueConstraint(fields=("claim", "statement"), name="claim_meets_a_statement_once"),
        ),
        migrations.AddConstraint(
            model_name="claimpart",
            constraint=models.CheckConstraint(
                condition=models.Q(("reserve_minor__gte", 0), ("reserve_minor__lte", models.F("amount_minor"))),
                name="claim_part_takes_at_most_itself",
            ),
        ),
        migrations.AddConstraint(
            model_name="gradesheet",
            constraint=models.CheckConstraint(
                condition=models.Q(("to_date", None), ("to_date__gt", models.F("from_date")), _connector="OR"),
                name="grade_sheet_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="gradesheet",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("crop", "="),
                    (
                        core.web.ranges.DateSpan(
                            "from_date", "to_date", django.contrib.postgres.fields.ranges.RangeBoundary()
                        ),
                        "&&",
                    ),
                ],
                name="crop_has_one_grade_sheet_at_any_date",
            ),
        ),
        migrations.AddConstraint(
            model_name="grade",
            constraint=models.UniqueConstraint(fields=("sheet", "code"), name="sheet_has_a_grade_once"),
        ),
        migrations.AddConstraint(
            model_name="grade",
            constraint=models.UniqueConstraint(fields=("sheet", "position"), name="sheet_has_one_grade_at_a_position"),
        ),
        migrations.AddIndex(
            model_name="harvestnotice",
            index=models.Index(fields=["station", "status", "from_date"], name="harvest_of_station"),
        ),
        migrations.AddConstraint(
            model_name="harvestnotice",
            constraint=models.CheckConstraint(
                condition=models.Q(("to_date__gte", models.F("from_date"))),
                name="harvest_ends_no_earlier_than_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="harvestnotice",
            constraint=models.CheckConstraint(
                condition=models.Q(("expected_g__gt", 0), ("taken_in_g__gte", 0)),
                name="harvest_is_about_more_than_nothing",
            ),
        ),
        migrations.AddConstraint(
            model_name="harvestnotice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["confirmed", "harvesting", "fulfilled", "short"]), _negated=True),
                    ("confirmed_g__gt", 0),
                    _connector="OR",
                ),
                name="confirmed_harvest_says_how_much",
            ),
        ),
        migrations.AddIndex(
            model_name="intake",
            index=models.Index(fields=["station", "status", "-id"], name="intake_of_station"),
        ),
        migrations.AddIndex(
            model_name="intake",
            index=models.Index(fields=["farmer", "-id"], name="intake_of_farmer"),
        ),
        migrations.AddConstraint(
            model_name="intake",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "net_g",
                        django.db.models.expressions.CombinedExpression(models.F("gross_g"), "-", models.F("tare_g")),
                    ),
                    ("net_g__gt", 0),
                    ("tare_g__gte", 0),
                ),
                name="net_is_gross_minus_tare",
            ),
        ),
        migrations.AddConstraint(
            model_name="intake",
            constraint=models.CheckConstraint(
                condition=models.Q(("rejected_g__gte", 0), ("rejected_g__lte", models.F("net_g"))),
                name="rejected_grams_never_exceed_net",
            ),
        ),
        migrations.AddConstraint(
            model_name="intake",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["graded", "disputed", "regraded", "accepted"]), _negated=True),
                    models.Q(("grader__isnull", False), ("round__gte", 1)),
                    _connector="OR",
                ),
                name="graded_intake_names_its_grader",
            ),
        ),
        migrations.AddConstraint(
            model_name="intake",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("round__lte", 1), ("second_grader", None)),
                    models.Q(("round", 2), ("second_grader__isnull", False)),
                    _connector="OR",
                ),
                name="second_grading_names_its_grader",
            ),
        ),
        migrations.AddConstraint(
            model_name="intake",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["disputed", "regraded"]), _negated=True),
                    models.Q(("dispute_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="disputed_intake_says_what_the_farmer_says",
            ),
        ),
        migrations.AddConstraint(
            model_name="intake",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "accepted"), _negated=True),
                    models.Q(
                        ("accepted_at__isnull", False),
                        ("accepted_by__isnull", False),
                        models.Q(
                            ("witness__isnull", False), models.Q(("code_hash", ""), _negated=True), _connector="OR"
                        ),
                    ),
                    _connector="OR",
                ),
                name="accepted_intake_has_the_farmers_word",
            ),
        ),
        migrations.AddConstraint(
            model_name="intake",
            constraint=models.CheckConstraint(condition=models.Q(("tries__lte", 5)), name="intake_code_has_five_tries"),
        ),
        migrations.AddConstraint(
            model_name="intake",
            constraint=stations.two_persons.TwoPersons(
                checker="weighed_by", makers=("farmer",), name="nobody_weighs_their_own_harvest"
            ),
        ),
        migrations.AddConstraint(
            model_name="intake",
            constraint=stations.two_persons.TwoPersons(
                checker="grader", makers=("farmer",), name="nobody_grades_their_own_harvest"
            ),
        ),
        migrations.AddConstraint(
            model_name="intake",
            constraint=stations.two_persons.TwoPersons(
                checker="second_grader", makers=("grader", "farmer"), name="second_grader_is_another_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="intake",
            constraint=stations.two_persons.TwoPersons(
                checker="witness", makers=("farmer", "accepted_by"), name="nobody_witnesses_an_intake_of_their_own"
            ),
        ),
        migrations.AddIndex(
            model_name="intakegrade",
            index=models.Index(
                condition=models.Q(("grams__gt", models.F("grams_in_lots"))),
                fields=["grade"],
                name="intake_grade_waits_for_a_lot",
            ),
        ),
        migrations.AddConstraint(
            model_name="intakegrade",
            constraint=models.UniqueConstraint(fields=("intake", "round", "grade"), name="intake_has_a_grade_once"),
        ),
        migrations.AddConstraint(
            model_name="intakegrade",
            constraint=models.CheckConstraint(
                condition=models.Q(("grams__gt", 0), ("round__in", [1, 2])), name="intake_grade_is_above_nothing"
            ),
        ),
        migrations.AddConstraint(
            model_name="intakegrade",
            constraint=models.CheckConstraint(
                condition=models.Q(("grams_in_lots__gte", 0), ("grams_in_lots__lte", models.F("grams"))),
                name="source_grams_never_exceed_what_was_taken_in",
            ),
        ),
        migrations.AddIndex(
            model_name="lot",
            index=models.Index(fields=["station", "status", "-id"], name="lot_of_station"),
        ),
        migrations.AddConstraint(
            model_name="lot",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["delivered", "settled"]), _negated=True),
                    ("delivered_at__isnull", False),
                    _connector="OR",
                ),
                name="delivered_lot_says_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="lot",
            constraint=models.CheckConstraint(
                condition=models.Q(("settled_at", None), ("delivered_at__isnull", False), _connector="OR"),
                name="lot_is_delivered_before_settled",
            ),
        ),
        migrations.AddIndex(
            model_name="farmerstatement",
            index=models.Index(fields=["farmer", "-made_at"], name="farmer_statement_of_farmer"),
        ),
        migrations.AddConstraint(
            model_name="farmerstatement",
            constraint=models.UniqueConstraint(fields=("lot", "farmer"), name="farmer_has_one_statement_of_a_lot"),
        ),
        migrations.AddConstraint(
            model_name="farmerstatement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "gross_minor",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.F("net_minor"), "+", models.F("deducted_minor")
                            ),
                            "+",
                            models.F("reserve_minor"),
                        ),
                    )
                ),
                name="gross_is_net_plus_deductions_plus_reserve",
            ),
        ),
        migrations.AddConstraint(
            model_name="farmerstatement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("deducted_minor__gte", 0), ("grams__gt", 0), ("gross_minor__gt", 0), ("net_minor__gte", 0)
                ),
                name="farmer_statement_is_above_nothing",
            ),
        ),
        migrations.AddConstraint(
            model_name="farmerstatement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("lost_minor__gte", 0),
                    ("released_minor__gte", 0),
                    (
                        "reserve_minor__gte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("lost_minor"), "+", models.F("released_minor")
                        ),
                    ),
                ),
                name="farmers_lose_at_most_their_reserve",
            ),
        ),
        migrations.AddConstraint(
            model_name="farmerstatement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("released_minor", 0), ("settled_at", None)),
                    models.Q(
                        (
                            "reserve_minor",
                            django.db.models.expressions.CombinedExpression(
                                models.F("lost_minor"), "+", models.F("released_minor")
                            ),
                        ),
                        ("settled_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="settled_statement_has_no_reserve_left",
            ),
        ),
        migrations.AddConstraint(
            model_name="lotgrade",
            constraint=models.UniqueConstraint(fields=("lot", "grade"), name="lot_has_a_grade_once"),
        ),
        migrations.AddConstraint(
            model_name="lotgrade",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "grams__gte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("grams_moved"), "+", models.F("grams_sold")
                        ),
                    ),
                    ("grams_moved__gte", 0),
                    ("grams_sold__gte", 0),
                ),
                name="sold_and_moved_grams_never_exceed_the_lot",
            ),
        ),
        migrations.AddConstraint(
            model_name="lothold",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at", None)), fields=("lot", "root", "kind"), name="hold_stops_a_lot_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="lothold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at", None), ("closed_by", None)),
                    models.Q(("closed_at__isnull", False), ("closed_by__isnull", False)),
                    _connector="OR",
                ),
                name="lot_hold_says_who_ended_it",
            ),
        ),
        migrations.AddIndex(
            model_name="buyerclaim",
            index=models.Index(
                condition=models.Q(("status", "raised")), fields=["raised_at"], name="buyer_claim_to_decide"
            ),
        ),
        migrations.AddConstraint(
            model_name="buyerclaim",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0)), name="buyer_claim_is_above_nothing"
            ),
        ),
        migrations.AddConstraint(
            model_name="buyerclaim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decided_by", None), ("status", "raised")),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("status__in", ["accepted", "rejected"]),
                    ),
                    _connector="OR",
                ),
                name="decided_claim_says_by_whom",
            ),
        ),
        migrations.AddConstraint(
            model_name="buyerclaim",
            constraint=stations.two_persons.TwoPersons(
                checker="decided_by", makers=("raised_by",), name="buyer_claim_is_decided_by_another_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="lotsource",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("intake_grade__isnull", False), ("parent_lot", None)),
                    models.Q(("intake_grade", None), ("parent_lot__isnull", False)),
                    _connector="OR",
                ),
                name="lot_source_is_an_intake_or_a_lot",
            ),
        ),
        migrations.AddConstraint(
            model_name="lotsource",
            constraint=models.CheckConstraint(condition=models.Q(("grams__gt", 0)), name="lot_source_is_above_nothing"),
        ),
        migrations.AddConstraint(
            model_name="lotsource",
            constraint=models.CheckConstraint(
                condition=models.Q(("parent_lot", None), ("parent_lot__lt", models.F("lot")), _connector="OR"),
                name="parent_lots_are_older",
            ),
        ),
        migrations.AddIndex(
            model_name="lotsale",
            index=models.Index(fields=["lot", "id"], name="lot_sale_of_lot"),
        ),
        migrations.AddIndex(
            model_name="lotsale",
            index=models.Index(fields=["grade", "-sold_at"], name="lot_sale_price_of_grade"),
        ),
        migrations.AddConstraint(
            model_name="lotsale",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0), ("grams__gt", 0), ("price_minor__gt", 0)),
                name="lot_sale_is_above_nothing",
            ),
        ),
        migrations.AddConstraint(
            model_name="lotsale",
            constraint=models.CheckConstraint(
                condition=models.Q(("claimed_minor__gte", 0), ("claimed_minor__lte", models.F("amount_minor"))),
                name="claims_never_exceed_the_sale",
            ),
        ),
        migrations.AddConstraint(
            model_name="lotsale",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("claim_until_at", None), ("claimed_minor", 0), ("delivered_at", None)),
                    models.Q(("claim_until_at__gt", models.F("delivered_at")), ("delivered_at__isnull", False)),
                    _connector="OR",
                ),
                name="delivered_sale_can_be_claimed_for_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="statementdeduction",
            constraint=models.UniqueConstraint(fields=("statement", "code"), name="statement_deducts_each_code_once"),
        ),
        migrations.AddConstraint(
            model_name="statementdeduction",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gte", 0)), name="statement_deduction_is_not_negative"
            ),
        ),
        function("orders", "orders_add_lot_source"),
        function("orders", "orders_add_lot_sale"),
        function("orders", "orders_keep_lot_grams"),
        function("orders", "orders_check_grades"),
        statements("orders", "produce_triggers"),
    ]
