"""Suspended interest, provision rates by two people, and how the loans do that a partner has recommended."""

import core.fields
import django.db.models.deletion
import stations.two_persons
from django.conf import settings
from django.db import migrations, models

from core.database.sql_files import function, statements


class Migration(migrations.Migration):
    dependencies = [
        ("finance", "0028_insurance_payouts"),
        ("stations", "0015_loan_restructures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.DeleteModel("ProvisionBand"),
        migrations.RunSQL("DROP TRIGGER columns_stay ON finance_loanadjustment;", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="PartnerVintage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("partner_ref", models.UUIDField(verbose_name="person who recommends")),
                ("quarter_date", models.DateField(verbose_name="quarter of the pay-out")),
                ("as_of_date", models.DateField(verbose_name="at the close of")),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
                ("loans", models.PositiveIntegerField(verbose_name="loans")),
                ("disbursed_minor", models.BigIntegerField(verbose_name="paid out")),
                ("at_risk_minor", models.BigIntegerField(verbose_name="at risk or written off")),
                ("par30_bp", models.PositiveIntegerField(verbose_name="share at risk (0.01 %)")),
            ],
            options={
                "verbose_name": "quarter of recommended loans",
                "verbose_name_plural": "quarters of recommended loans",
            },
        ),
        migrations.CreateModel(
            name="ProvisionBand",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("from_day", models.PositiveIntegerField(verbose_name="from so many days late")),
                (
                    "class_code",
                    models.CharField(
                        choices=[
                            ("normal", "normal"),
                            ("special_mention", "special mention"),
                            ("substandard", "substandard"),
                            ("doubtful", "doubtful"),
                            ("loss", "loss"),
                            ("unclassified", "not classified"),
                        ],
                        max_length=16,
                        verbose_name="class",
                    ),
                ),
                ("rate_bp", models.PositiveIntegerField(verbose_name="provision rate (0.01 %)")),
            ],
            options={
                "verbose_name": "provision rate",
                "verbose_name_plural": "provision rates",
            },
        ),
        migrations.CreateModel(
            name="ProvisionTable",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("country", models.CharField(max_length=2, verbose_name="country")),
                ("from_date", models.DateField(verbose_name="from")),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "draft"), ("active", "in force"), ("discarded", "discarded")],
                        default="draft",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("made_at", models.DateTimeField(verbose_name="drawn up at")),
                ("checked_at", models.DateTimeField(blank=True, null=True, verbose_name="approved at")),
            ],
            options={
                "verbose_name": "table of provision rates",
                "verbose_name_plural": "tables of provision rates",
            },
        ),
        migrations.CreateModel(
            name="RecommendationStanding",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("partner_ref", models.UUIDField(unique=True, verbose_name="person who recommends")),
                (
                    "status",
                    models.CharField(
                        choices=[("recommending", "recommends"), ("warned", "warned"), ("suspended", "suspended")],
                        default="recommending",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("quarter_date", models.DateField(blank=True, null=True, verbose_name="because of the quarter")),
                (
                    "par30_bp",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="share at risk then (0.01 %)"),
                ),
                ("since_date", models.DateField(verbose_name="since")),
            ],
            options={
                "verbose_name": "standing of who recommends",
                "verbose_name_plural": "standings of who recommends",
            },
        ),
        migrations.CreateModel(
            name="Reinstatement",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("reason", core.fields.LineField(max_length=200, verbose_name="reason")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("asked", "waits for the lender"),
                            ("granted", "recommends again"),
                            ("refused", "stays suspended"),
                        ],
                        default="asked",
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="asked at")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided at")),
                ("seen_date", models.DateField(blank=True, null=True, verbose_name="quarters seen up to")),
            ],
            options={
                "verbose_name": "reinstatement of who recommends",
                "verbose_name_plural": "reinstatements of who recommends",
            },
        ),
        migrations.RemoveConstraint(
            model_name="loanaccrual",
            name="loan_day_takes_nothing_back",
        ),
        migrations.RemoveConstraint(
            model_name="loanadjustment",
            name="loan_adjustment_is_decided_by_somebody",
        ),
        migrations.RemoveConstraint(
            model_name="loanadjustment",
            name="loan_has_a_new_plan_exactly_when_restructured",
        ),
        migrations.RemoveConstraint(
            model_name="loanreceipt",
            name="loan_receipt_is_of_something",
        ),
        migrations.RemoveConstraint(
            model_name="loanreceipt",
            name="unallocated_loan_receipt_is_set_on_nothing",
        ),
        migrations.AddField(
            model_name="loan",
            name="interest_suspended_minor",
            field=models.BigIntegerField(default=0, verbose_name="interest not counted as earned"),
        ),
        migrations.AddField(
            model_name="loanaccrual",
            name="released_minor",
            field=models.BigIntegerField(default=0, verbose_name="suspended interest earned"),
        ),
        migrations.AddField(
            model_name="loanadjustment",
            name="asked_minor",
            field=models.BigIntegerField(blank=True, null=True, verbose_name="asked to waive"),
        ),
        migrations.AddField(
            model_name="loanadjustment",
            name="sign_by_date",
            field=models.DateField(blank=True, null=True, verbose_name="to be signed until"),
        ),
        migrations.AddField(
            model_name="loanreceipt",
            name="released_minor",
            field=models.BigIntegerField(default=0, verbose_name="suspended interest earned"),
        ),
        migrations.AlterField(
            model_name="loanadjustment",
            name="kind",
            field=models.CharField(
                choices=[
                    ("write_off", "write-off"),
                    ("restructure", "new plan"),
                    ("waive_penalty", "waiver of penalties"),
                    ("waive_interest", "waiver of interest"),
                ],
                max_length=14,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="loanadjustment",
            name="status",
            field=models.CharField(
                choices=[
                    ("asked", "waits for a second person"),
                    ("agreed", "agreed, to be signed by the borrower"),
                    ("done", "done"),
                    ("refused", "not done"),
                    ("expired", "not signed in time"),
                ],
                default="asked",
                max_length=8,
                verbose_name="status",
            ),
        ),
        migrations.AddIndex(
            model_name="loanadjustment",
            index=models.Index(
                condition=models.Q(("status", "agreed")), fields=["sign_by_date"], name="loan_adjustment_to_sign"
            ),
        ),
        migrations.AddConstraint(
            model_name="loan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("interest_suspended_minor", 0),
                    models.Q(
                        ("interest_suspended_minor__gt", 0),
                        ("status", "active"),
                        ("interest_suspended_minor__lte", models.F("interest_accrued_minor")),
                    ),
                    _connector="OR",
                ),
                name="interest_is_suspended_of_running_loans_only",
            ),
        ),
        migrations.AddConstraint(
            model_name="loanaccrual",
            constraint=models.CheckConstraint(
                condition=models.Q(("interest_minor__gte", 0), ("penalty_minor__gte", 0), ("released_minor__gte", 0)),
                name="loan_day_takes_nothing_back",
            ),
        ),
        migrations.AddConstraint(
            model_name="loanadjustment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decided_by", None), ("status", "asked")),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("status__in", ["agreed", "done", "refused", "expired"]),
                    ),
                    _connector="OR",
                ),
                name="loan_adjustment_is_decided_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="loanadjustment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["agreed", "expired"]), _negated=True),
                    models.Q(("kind", "restructure"), ("sign_by_date__isnull", False)),
                    _connector="OR",
                ),
                name="agreed_plan_is_signed_by_a_date",
            ),
        ),
        migrations.AddConstraint(
            model_name="loanadjustment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("asked_minor__gt", 0),
                        ("asked_minor__isnull", False),
                        ("kind", "waive_penalty"),
                        ("interest_minor", 0),
                        ("principal_minor", 0),
                        models.Q(("penalty_minor__lt", models.F("asked_minor")), ("status", "done"), _negated=True),
                    ),
                    models.Q(
                        ("asked_minor__gt", 0),
                        ("asked_minor__isnull", False),
                        ("kind", "waive_interest"),
                        ("penalty_minor", 0),
                        ("principal_minor", 0),
                        models.Q(("interest_minor__lt", models.F("asked_minor")), ("status", "done"), _negated=True),
                    ),
                    models.Q(("asked_minor", None), ("kind__in", ["write_off", "restructure"])),
                    _connector="OR",
                ),
                name="loan_adjustment_waives_what_was_asked_for",
            ),
        ),
        migrations.AddConstraint(
            model_name="loanadjustment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("kind__in", ["write_off", "waive_penalty", "waive_interest"]),
                        ("grace_principal", None),
                        ("installments", None),
                        ("new_contract", None),
                        ("sign_by_date", None),
                        models.Q(("status", "agreed"), _negated=True),
                    ),
                    models.Q(
                        ("installments__gt", models.F("grace_principal")),
                        ("kind", "restructure"),
                        ("new_contract__isnull", False),
                        ("status", "done"),
                    ),
                    models.Q(
                        ("installments__gt", models.F("grace_principal")),
                        ("kind", "restructure"),
                        ("new_contract", None),
                        models.Q(("status", "done"), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="loan_has_a_new_plan_exactly_when_restructured",
            ),
        ),
        migrations.AddConstraint(
            model_name="loanreceipt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("advance_minor__gte", 0),
                    ("advance_minor__lte", models.F("amount_minor")),
                    ("amount_minor__gt", 0),
                    ("released_minor__gte", 0),
                ),
                name="loan_receipt_is_of_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="loanreceipt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "unallocated"), _negated=True),
                    models.Q(("advance_minor", 0), ("kind", "repayment"), ("released_minor", 0)),
                    _connector="OR",
                ),
                name="unallocated_loan_receipt_is_set_on_nothing",
            ),
        ),
        migrations.AddField(
            model_name="partnervintage",
            name="county",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="stations.division",
                verbose_name="county",
            ),
        ),
        migrations.AddField(
            model_name="provisiontable",
            name="checker",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="approved by",
            ),
        ),
        migrations.AddField(
            model_name="provisiontable",
            name="maker",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="drawn up by",
            ),
        ),
        migrations.AddField(
            model_name="provisionband",
            name="table",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="bands",
                to="finance.provisiontable",
                verbose_name="table of provision rates",
            ),
        ),
        migrations.AddField(
            model_name="recommendationstanding",
            name="county",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="stations.division",
                verbose_name="county",
            ),
        ),
        migrations.AddField(
            model_name="recommendationstanding",
            name="partner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="who recommends",
            ),
        ),
        migrations.AddField(
            model_name="reinstatement",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="asked by",
            ),
        ),
        migrations.AddField(
            model_name="reinstatement",
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
            model_name="reinstatement",
            name="standing",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reinstatements",
                to="finance.recommendationstanding",
                verbose_name="standing of who recommends",
            ),
        ),
        migrations.AddConstraint(
            model_name="partnervintage",
            constraint=models.UniqueConstraint(
                fields=("partner_ref", "county", "quarter_date", "currency", "as_of_date"),
                name="vintage_is_measured_once_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="partnervintage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("at_risk_minor__gte", 0),
                    ("disbursed_minor__gt", 0),
                    ("loans__gt", 0),
                    ("at_risk_minor__lte", models.F("disbursed_minor")),
                    ("par30_bp__lte", 10000),
                ),
                name="vintage_is_at_risk_up_to_what_was_paid_out",
            ),
        ),
        migrations.AddConstraint(
            model_name="provisiontable",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "active")),
                fields=("country", "from_date"),
                name="provision_table_begins_once_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="provisiontable",
            constraint=stations.two_persons.TwoPersons(
                checker="checker", makers=("maker",), name="provision_table_is_approved_by_a_second_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="provisiontable",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("checked_at__isnull", False), ("checker__isnull", False), ("status", "active")),
                    models.Q(("checked_at", None), ("checker", None), ("status__in", ["draft", "discarded"])),
                    _connector="OR",
                ),
                name="provision_table_is_in_force_exactly_when_approved",
            ),
        ),
        migrations.AddConstraint(
            model_name="provisionband",
            constraint=models.UniqueConstraint(fields=("table", "from_day"), name="provision_band_stands_once"),
        ),
        migrations.AddConstraint(
            model_name="provisionband",
            constraint=models.UniqueConstraint(fields=("table", "class_code"), name="loan_class_has_one_band"),
        ),
        migrations.AddConstraint(
            model_name="provisionband",
            constraint=models.CheckConstraint(
                condition=models.Q(("rate_bp__lte", 10000), models.Q(("class_code", "unclassified"), _negated=True)),
                name="provision_is_at_most_the_loan",
            ),
        ),
        migrations.AddConstraint(
            model_name="recommendationstanding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("par30_bp", None), ("quarter_date", None), ("status", "recommending")),
                    models.Q(
                        ("par30_bp__isnull", False),
                        ("quarter_date__isnull", False),
                        ("status__in", ["warned", "suspended"]),
                    ),
                    _connector="OR",
                ),
                name="standing_names_its_quarter_exactly_when_not_good",
            ),
        ),
        migrations.AddConstraint(
            model_name="reinstatement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "asked")),
                fields=("standing",),
                name="reinstatement_is_asked_once_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="reinstatement",
            constraint=stations.two_persons.TwoPersons(
                checker="decided_by", makers=("asked_by",), name="reinstatement_is_decided_by_a_second_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="reinstatement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decided_by", None), ("seen_date", None), ("status", "asked")),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("seen_date", None),
                        ("status", "refused"),
                    ),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("seen_date__isnull", False),
                        ("status", "granted"),
                    ),
                    _connector="OR",
                ),
                name="reinstatement_is_decided_by_somebody",
            ),
        ),
        function("finance", "finance_check_provision_rates"),
        statements("finance", "loan_waivers"),
        statements("finance", "provision_tables"),
        statements("finance", "vintages"),
    ]
