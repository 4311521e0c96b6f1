"""Premiums are paid to insurers, and parametric cover pays by what weather stations measure."""

import core.fields
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
import stations.two_persons
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

from core.database.sql_files import function, statements


class Migration(migrations.Migration):
    dependencies = [
        ("finance", "0027_bank_lines_of_programmes"),
        ("ledger", "0004_reference_version"),
        ("stations", "0015_loan_restructures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="IndexFile",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=20, unique=True, verbose_name="number")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256 of the file")),
                ("rows", models.PositiveIntegerField(verbose_name="readings")),
                (
                    "status",
                    models.CharField(
                        choices=[("loaded", "to be released"), ("released", "released"), ("discarded", "discarded")],
                        default="loaded",
                        max_length=9,
                        verbose_name="status",
                    ),
                ),
                ("made_at", models.DateTimeField(verbose_name="loaded at")),
                ("checked_at", models.DateTimeField(blank=True, null=True, verbose_name="released at")),
            ],
            options={
                "verbose_name": "file of readings",
                "verbose_name_plural": "files of readings",
            },
        ),
        migrations.CreateModel(
            name="IndexPayment",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "our_ref",
                    models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("amount_minor", models.BigIntegerField(verbose_name="amount")),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("sent", "with the bank"),
                            ("paid", "paid"),
                            ("failed", "not paid"),
                            ("returned", "came back"),
                        ],
                        default="sent",
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                ("return_code", models.CharField(blank=True, max_length=40, verbose_name="the bank's reason")),
                ("sent_at", models.DateTimeField(verbose_name="sent at")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
            ],
            options={
                "verbose_name": "payment by an index",
                "verbose_name_plural": "payments by indexes",
            },
        ),
        migrations.CreateModel(
            name="IndexPayout",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("gross_minor", models.BigIntegerField(verbose_name="by the index")),
                ("amount_minor", models.BigIntegerField(verbose_name="amount")),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("due", "to be paid"),
                            ("account_missing", "no bank account yet"),
                            ("sent", "with the bank"),
                            ("paid", "paid"),
                            ("exhausted", "ceiling used up"),
                        ],
                        default="due",
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                ("paid_at", models.DateTimeField(blank=True, null=True, verbose_name="paid at")),
            ],
            options={
                "verbose_name": "payout of an index",
                "verbose_name_plural": "payouts of indexes",
            },
        ),
        migrations.CreateModel(
            name="IndexReading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("date", models.DateField(verbose_name="day")),
                ("value", models.DecimalField(decimal_places=2, max_digits=10, verbose_name="value")),
                ("released_at", models.DateTimeField(blank=True, null=True, verbose_name="released at")),
            ],
            options={
                "verbose_name": "reading",
                "verbose_name_plural": "readings",
            },
        ),
        migrations.CreateModel(
            name="IndexSource",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "code",
                    models.CharField(
                        max_length=32,
                        unique=True,
                        validators=[django.core.validators.RegexValidator("^[a-z0-9]+(-[a-z0-9]+)*$")],
                        verbose_name="code",
                    ),
                ),
                ("name", core.fields.LineField(max_length=80, verbose_name="name")),
                ("name_zh", core.fields.LineField(max_length=80, verbose_name="Chinese name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("rainfall", "rain of the window (mm)"),
                            ("water_level", "highest water of the window (m)"),
                        ],
                        max_length=12,
                        verbose_name="measures",
                    ),
                ),
            ],
            options={
                "verbose_name": "weather station",
                "verbose_name_plural": "weather stations",
            },
        ),
        migrations.CreateModel(
            name="IndexWindow",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("start_date", models.DateField(verbose_name="from")),
                ("end_date", models.DateField(verbose_name="until")),
                ("wait_until_date", models.DateField(verbose_name="waits for a reading until")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("paying", "being paid"),
                            ("settled", "settled"),
                            ("missing", "no reading"),
                            ("closed", "closed without a reading"),
                        ],
                        default="open",
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="settled at")),
                ("reason", core.fields.LineField(blank=True, max_length=200, verbose_name="reason")),
            ],
            options={
                "verbose_name": "window of an index",
                "verbose_name_plural": "windows of indexes",
            },
        ),
        migrations.CreateModel(
            name="PremiumLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("policies", models.PositiveIntegerField(verbose_name="policies")),
                ("amount_minor", models.BigIntegerField(verbose_name="amount")),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
            ],
            options={
                "verbose_name": "line of a statement of premiums",
                "verbose_name_plural": "lines of statements of premiums",
            },
        ),
        migrations.CreateModel(
            name="PremiumPayment",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "our_ref",
                    models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("amount_minor", models.BigIntegerField(verbose_name="amount")),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("sent", "with the bank"),
                            ("paid", "paid"),
                            ("failed", "not paid"),
                            ("returned", "came back"),
                        ],
                        default="sent",
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                ("return_code", models.CharField(blank=True, max_length=40, verbose_name="the bank's reason")),
                ("sent_at", models.DateTimeField(verbose_name="sent at")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
            ],
            options={
                "verbose_name": "payment of premiums",
                "verbose_name_plural": "payments of premiums",
            },
        ),
        migrations.CreateModel(
            name="PremiumStatement",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=32, unique=True, verbose_name="number")),
                ("month_date", models.DateField(verbose_name="month")),
                ("policies", models.PositiveIntegerField(verbose_name="policies")),
                ("amount_minor", models.BigIntegerField(verbose_name="amount")),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
                (
                    "status",
                    models.CharField(
                        choices=[("drawn", "to be paid"), ("sent", "with the bank"), ("paid", "paid")],
                        default="drawn",
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                ("paid_at", models.DateTimeField(blank=True, null=True, verbose_name="paid at")),
            ],
            options={
                "verbose_name": "statement of premiums",
                "verbose_name_plural": "statements of premiums",
            },
        ),
        migrations.AlterField(
            model_name="counterentry",
            name="claim",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="counted",
                to="finance.claim",
                verbose_name="claim",
            ),
        ),
        migrations.AlterField(
            model_name="enrolmentbatch",
            name="source",
            field=models.CharField(
                choices=[
                    ("poverty_file", "file of poor households"),
                    ("list", "list"),
                    ("single", "one person"),
                    ("renewal", "renewal"),
                ],
                max_length=12,
                verbose_name="source",
            ),
        ),
        migrations.AlterField(
            model_name="registerrow",
            name="payment",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="finance.claimpayment",
            ),
        ),
        migrations.AddConstraint(
            model_name="policy",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "cancelled"), _negated=True),
                fields=("renewal_of",),
                name="policy_is_renewed_once",
            ),
        ),
        migrations.AddField(
            model_name="indexfile",
            name="checker",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="released by",
            ),
        ),
        migrations.AddField(
            model_name="indexfile",
            name="maker",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="loaded by",
            ),
        ),
        migrations.AddField(
            model_name="indexpayment",
            name="hold_transfer",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.transferkey"
            ),
        ),
        migrations.AddField(
            model_name="indexpayment",
            name="payer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledger.account",
                verbose_name="paid from",
            ),
        ),
        migrations.AddField(
            model_name="indexpayment",
            name="payout_account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="finance.payoutaccount",
                verbose_name="payout account",
            ),
        ),
        migrations.AddField(
            model_name="registerrow",
            name="index_payment",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="finance.indexpayment",
            ),
        ),
        migrations.AddConstraint(
            model_name="registerrow",
            constraint=models.UniqueConstraint(
                fields=("index_payment", "is_correction"), name="index_payout_stands_once_in_the_register"
            ),
        ),
        migrations.AddConstraint(
            model_name="registerrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("index_payment", None), ("payment__isnull", False)),
                    models.Q(("index_payment__isnull", False), ("payment", None)),
                    _connector="OR",
                ),
                name="register_is_of_a_claim_or_of_an_index",
            ),
        ),
        migrations.AddField(
            model_name="indexpayout",
            name="payee",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="stations.person",
                verbose_name="paid to",
            ),
        ),
        migrations.AddField(
            model_name="indexpayout",
            name="policy",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="index_payouts",
                to="finance.policy",
                verbose_name="policy",
            ),
        ),
        migrations.AddField(
            model_name="indexpayment",
            name="payout",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="payments",
                to="finance.indexpayout",
                verbose_name="payout of an index",
            ),
        ),
        migrations.AddField(
            model_name="counterentry",
            name="payout",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="counted",
                to="finance.indexpayout",
                verbose_name="payout of an index",
            ),
        ),
        migrations.AddConstraint(
            model_name="counterentry",
            constraint=models.UniqueConstraint(fields=("payout", "counter"), name="ceiling_changes_once_a_payout"),
        ),
        migrations.AddConstraint(
            model_name="counterentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("claim__isnull", False), ("payout", None)),
                    models.Q(("claim", None), ("kind", "used"), ("payout__isnull", False)),
                    _connector="OR",
                ),
                name="ceiling_changes_by_a_claim_or_a_payout",
            ),
        ),
        migrations.AddField(
            model_name="indexreading",
            name="file",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="readings",
                to="finance.indexfile",
                verbose_name="file of readings",
            ),
        ),
        migrations.AddField(
            model_name="indexsource",
            name="backup",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="finance.indexsource",
                verbose_name="stands in for it",
            ),
        ),
        migrations.AddField(
            model_name="indexsource",
            name="region",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="stations.division",
                verbose_name="region",
            ),
        ),
        migrations.AddField(
            model_name="indexreading",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="readings",
                to="finance.indexsource",
                verbose_name="weather station",
            ),
        ),
        migrations.AddField(
            model_name="indexwindow",
            name="benefit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="windows",
                to="finance.benefit",
                verbose_name="benefit",
            ),
        ),
        migrations.AddField(
            model_name="indexwindow",
            name="closed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="closed by",
            ),
        ),
        migrations.AddField(
            model_name="indexwindow",
            name="maker",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="made by",
            ),
        ),
        migrations.AddField(
            model_name="indexwindow",
            name="reading",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="finance.indexreading",
                verbose_name="reading",
            ),
        ),
        migrations.AddField(
            model_name="indexwindow",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="windows",
                to="finance.indexsource",
                verbose_name="weather station",
            ),
        ),
        migrations.AddField(
            model_name="indexpayout",
            name="window",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="payouts",
                to="finance.indexwindow",
                verbose_name="window of an index",
            ),
        ),
        migrations.AddField(
            model_name="premiumline",
            name="batch",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="premium_line",
                to="finance.enrolmentbatch",
                verbose_name="enrolment",
            ),
        ),
        migrations.AddField(
            model_name="premiumpayment",
            name="hold_transfer",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.transferkey"
            ),
        ),
        migrations.AddField(
            model_name="premiumpayment",
            name="payer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledger.account",
                verbose_name="paid from",
            ),
        ),
        migrations.AddField(
            model_name="premiumpayment",
            name="payout_account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="finance.payoutaccount",
                verbose_name="payout account",
            ),
        ),
        migrations.AddField(
            model_name="premiumpayment",
            name="sent_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="sent by",
            ),
        ),
        migrations.AddField(
            model_name="premiumstatement",
            name="insurer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="statements",
                to="finance.insurer",
                verbose_name="insurer",
            ),
        ),
        migrations.AddField(
            model_name="premiumstatement",
            name="maker",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="made by",
            ),
        ),
        migrations.AddField(
            model_name="premiumstatement",
            name="sender",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="sent by",
            ),
        ),
        migrations.AddField(
            model_name="premiumpayment",
            name="statement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="payments",
                to="finance.premiumstatement",
                verbose_name="statement of premiums",
            ),
        ),
        migrations.AddField(
            model_name="premiumline",
            name="statement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lines",
                to="finance.premiumstatement",
                verbose_name="statement of premiums",
            ),
        ),
        migrations.AddConstraint(
            model_name="indexfile",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "discarded"), _negated=True),
                fields=("sha256",),
                name="file_of_readings_is_loaded_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="indexfile",
            constraint=stations.two_persons.TwoPersons(
                checker="checker", makers=("maker",), name="readings_are_released_by_another_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="indexfile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("checked_at__isnull", False), ("checker__isnull", False), ("status", "released")),
                    models.Q(models.Q(("status", "released"), _negated=True), ("checked_at", None), ("checker", None)),
                    _connector="OR",
                ),
                name="readings_are_released_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="indexfile",
            constraint=models.CheckConstraint(condition=models.Q(("rows__gt", 0)), name="file_of_readings_holds_some"),
        ),
        migrations.AddConstraint(
            model_name="indexpayment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ["sent", "paid"])),
                fields=("payout",),
                name="index_payout_is_paid_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="indexpayment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("status", "sent")),
                    models.Q(models.Q(("status", "sent"), _negated=True), ("ended_at__isnull", False)),
                    _connector="OR",
                ),
                name="index_payment_has_its_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="indexpayment",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0)), name="index_payment_is_an_amount"
            ),
        ),
        migrations.AddConstraint(
            model_name="indexsource",
            constraint=models.CheckConstraint(
                condition=models.Q(("backup", models.F("id")), _negated=True),
                name="weather_station_does_not_stand_in_for_itself",
            ),
        ),
        migrations.AddConstraint(
            model_name="indexreading",
            constraint=models.UniqueConstraint(
                fields=("source", "date"), name="weather_station_says_one_thing_of_a_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="indexreading",
            constraint=models.CheckConstraint(
                condition=models.Q(("value__gte", Decimal("0"))), name="reading_is_not_negative"
            ),
        ),
        migrations.AddIndex(
            model_name="indexwindow",
            index=models.Index(fields=["status", "end_date"], name="window_to_settle"),
        ),
        migrations.AddConstraint(
            model_name="indexwindow",
            constraint=models.CheckConstraint(
                condition=models.Q(("end_date__gt", models.F("start_date"))), name="window_ends_after_it_begins"
            ),
        ),
        migrations.AddConstraint(
            model_name="indexwindow",
            constraint=models.CheckConstraint(
                condition=models.Q(("wait_until_date__gt", models.F("end_date"))), name="window_waits_after_its_end"
            ),
        ),
        migrations.AddConstraint(
            model_name="indexwindow",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (models.F("benefit"), "="),
                    (models.F("source"), "="),
                    (
                        models.Func(
                            models.F("start_date"),
                            models.F("end_date"),
                            django.contrib.postgres.fields.ranges.RangeBoundary(
                                inclusive_lower=True, inclusive_upper=True
                            ),
                            function="daterange",
                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                        ),
                        "&&",
                    ),
                ],
                name="windows_of_a_benefit_do_not_overlap",
            ),
        ),
        migrations.AddConstraint(
            model_name="indexwindow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reading__isnull", False), ("status__in", ["paying", "settled"])),
                    models.Q(models.Q(("status__in", ["paying", "settled"]), _negated=True), ("reading", None)),
                    _connector="OR",
                ),
                name="window_pays_by_a_reading",
            ),
        ),
        migrations.AddConstraint(
            model_name="indexwindow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("settled_at__isnull", False), ("status", "settled")),
                    models.Q(models.Q(("status", "settled"), _negated=True), ("settled_at", None)),
                    _connector="OR",
                ),
                name="settled_window_has_its_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="indexwindow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("closed_by__isnull", False), ("status", "closed"), models.Q(("reason", ""), _negated=True)
                    ),
                    models.Q(models.Q(("status", "closed"), _negated=True), ("closed_by", None), ("reason", "")),
                    _connector="OR",
                ),
                name="window_without_a_reading_is_closed_by_somebody",
            ),
        ),
        migrations.AddIndex(
            model_name="indexpayout",
            index=models.Index(
                condition=models.Q(("status__in", ["due", "account_missing"])),
                fields=["id"],
                name="index_payout_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="indexpayout",
            index=models.Index(fields=["window", "status"], name="index_payout_of_window"),
        ),
        migrations.AddConstraint(
            model_name="indexpayout",
            constraint=models.UniqueConstraint(fields=("policy", "window"), name="policy_is_paid_once_for_a_window"),
        ),
        migrations.AddConstraint(
            model_name="indexpayout",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount_minor__gte", 0), ("amount_minor__lte", models.F("gross_minor")), ("gross_minor__gt", 0)
                ),
                name="index_payout_is_at_most_what_the_index_says",
            ),
        ),
        migrations.AddConstraint(
            model_name="indexpayout",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount_minor", 0), ("status", "exhausted")),
                    models.Q(models.Q(("status", "exhausted"), _negated=True), ("amount_minor__gt", 0)),
                    _connector="OR",
                ),
                name="index_payout_without_an_amount_is_exhausted",
            ),
        ),
        migrations.AddConstraint(
            model_name="indexpayout",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("payee__isnull", False), ("status__in", ["sent", "paid"])),
                    models.Q(models.Q(("status__in", ["sent", "paid"]), _negated=True), ("payee", None)),
                    _connector="OR",
                ),
                name="index_payout_on_its_way_has_its_payee",
            ),
        ),
        migrations.AddConstraint(
            model_name="indexpayout",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("paid_at__isnull", False), ("status", "paid")),
                    models.Q(models.Q(("status", "paid"), _negated=True), ("paid_at", None)),
                    _connector="OR",
                ),
                name="paid_index_payout_has_its_time",
            ),
        ),
        migrations.AddIndex(
            model_name="premiumstatement",
            index=models.Index(fields=["status", "-id"], name="premiums_by_status"),
        ),
        migrations.AddConstraint(
            model_name="premiumstatement",
            constraint=models.UniqueConstraint(
                fields=("insurer", "month_date"), name="premiums_of_a_month_are_stated_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="premiumstatement",
            constraint=stations.two_persons.TwoPersons(
                checker="sender", makers=("maker",), name="premiums_are_sent_by_another_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="premiumstatement",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0), ("policies__gt", 0)),
                name="statement_of_premiums_is_of_an_amount",
            ),
        ),
        migrations.AddConstraint(
            model_name="premiumstatement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sender", None), ("status", "drawn")),
                    models.Q(models.Q(("status", "drawn"), _negated=True), ("sender__isnull", False)),
                    _connector="OR",
                ),
                name="premiums_are_sent_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="premiumstatement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("paid_at__isnull", False), ("status", "paid")),
                    models.Q(models.Q(("status", "paid"), _negated=True), ("paid_at", None)),
                    _connector="OR",
                ),
                name="paid_premiums_have_their_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="premiumpayment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ["sent", "paid"])),
                fields=("statement",),
                name="premiums_are_paid_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="premiumpayment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("status", "sent")),
                    models.Q(models.Q(("status", "sent"), _negated=True), ("ended_at__isnull", False)),
                    _connector="OR",
                ),
                name="premium_payment_has_its_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="premiumpayment",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0)), name="premium_payment_is_an_amount"
            ),
        ),
        migrations.AddConstraint(
            model_name="premiumline",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0), ("policies__gt", 0)), name="premium_line_is_an_amount"
            ),
        ),
        function("finance", "finance_check_premium_statement"),
        function("finance", "finance_check_index_backup"),
        function("finance", "finance_keep_released_reading"),
        function("finance", "finance_check_index_window"),
        statements("finance", "insurance_payouts"),
    ]
