"""A loan is written off by two people, and what comes in afterwards is recovered."""

import core.fields
import django.db.models.deletion
import django.db.models.expressions
import stations.two_persons
from django.conf import settings
from django.db import migrations, models

from core.database.sql_files import function, statements


class Migration(migrations.Migration):
    dependencies = [
        ("finance", "0024_unallocated_loan_receipts"),
        ("stations", "0013_pharmacists"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LoanAdjustment",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(choices=[("write_off", "write-off")], max_length=12, verbose_name="kind")),
                ("reason", core.fields.LineField(max_length=200, verbose_name="reason")),
                (
                    "status",
                    models.CharField(
                        choices=[("asked", "waits for a second person"), ("done", "done"), ("refused", "not done")],
                        default="asked",
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="asked at")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided at")),
                ("business_date", models.DateField(blank=True, null=True, verbose_name="business date")),
                ("principal_minor", models.BigIntegerField(default=0, verbose_name="principal")),
                ("interest_minor", models.BigIntegerField(default=0, verbose_name="interest")),
                ("penalty_minor", models.BigIntegerField(default=0, verbose_name="penalty")),
            ],
            options={
                "verbose_name": "adjustment of a loan",
                "verbose_name_plural": "adjustments of loans",
            },
        ),
        migrations.RemoveConstraint(
            model_name="loan",
            name="loan_has_its_amount_exactly_when_paid_out",
        ),
        migrations.RemoveConstraint(
            model_name="loan",
            name="loan_has_its_end_exactly_when_ended",
        ),
        migrations.AddField(
            model_name="loan",
            name="interest_written_off_minor",
            field=models.BigIntegerField(default=0, verbose_name="interest written off"),
        ),
        migrations.AddField(
            model_name="loan",
            name="penalty_written_off_minor",
            field=models.BigIntegerField(default=0, verbose_name="penalties written off"),
        ),
        migrations.AddField(
            model_name="loan",
            name="principal_written_off_minor",
            field=models.BigIntegerField(default=0, verbose_name="principal written off"),
        ),
        migrations.AddField(
            model_name="loan",
            name="recovered_minor",
            field=models.BigIntegerField(default=0, verbose_name="recovered since"),
        ),
        migrations.AlterField(
            model_name="loan",
            name="status",
            field=models.CharField(
                choices=[
                    ("approved", "signed, not paid out"),
                    ("disbursing", "with the bank"),
                    ("active", "running"),
                    ("closed_obligations_met", "repaid"),
                    ("cancelled", "cancelled"),
                    ("closed_written_off", "written off"),
                ],
                default="approved",
                max_length=24,
                verbose_name="status",
            ),
        ),
        migrations.AlterField(
            model_name="loaninstallment",
            name="status",
            field=models.CharField(
                choices=[
                    ("upcoming", "not due yet"),
                    ("due", "due"),
                    ("partially_paid", "partly paid"),
                    ("paid", "paid"),
                    ("overdue", "late"),
                    ("waived", "written off"),
                    ("rescheduled", "replaced by a new plan"),
                ],
                default="upcoming",
                max_length=16,
                verbose_name="status",
            ),
        ),
        migrations.AlterField(
            model_name="loanreceipt",
            name="kind",
            field=models.CharField(
                choices=[
                    ("repayment", "repayment"),
                    ("payoff", "paid off"),
                    ("prepayment", "paid early"),
                    ("recovery", "paid after the write-off"),
                ],
                max_length=12,
                verbose_name="kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="loan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("contract__isnull", False),
                        ("disbursed_on_date__isnull", False),
                        ("disburser__isnull", False),
                        ("last_closed_date__isnull", False),
                        ("principal_disbursed_minor", models.F("principal_minor")),
                        ("status__in", ["active", "closed_obligations_met", "closed_written_off"]),
                    ),
                    models.Q(
                        ("disbursed_on_date", None),
                        ("last_closed_date", None),
                        ("principal_disbursed_minor", 0),
                        ("status__in", ["approved", "disbursing", "cancelled"]),
                    ),
                    _connector="OR",
                ),
                name="loan_has_its_amount_exactly_when_paid_out",
            ),
        ),
        migrations.AddConstraint(
            model_name="loan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("advance_minor", 0),
                        (
                            "interest_accrued_minor",
                            django.db.models.expressions.CombinedExpression(
                                models.F("interest_paid_minor"), "+", models.F("interest_written_off_minor")
                            ),
                        ),
                        (
                            "penalty_due_minor",
                            django.db.models.expressions.CombinedExpression(
                                models.F("penalty_paid_minor"), "+", models.F("penalty_written_off_minor")
                            ),
                        ),
                        (
                            "principal_disbursed_minor",
                            django.db.models.expressions.CombinedExpression(
                                models.F("principal_paid_minor"), "+", models.F("principal_written_off_minor")
                            ),
                        ),
                        ("status", "closed_written_off"),
                    ),
                    models.Q(
                        models.Q(("status", "closed_written_off"), _negated=True),
                        ("interest_written_off_minor", 0),
                        ("penalty_written_off_minor", 0),
                        ("principal_written_off_minor", 0),
                    ),
                    _connector="OR",
                ),
                name="loan_is_written_off_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="loan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("recovered_minor__gte", 0),
                    (
                        "recovered_minor__lte",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.F("principal_written_off_minor"), "+", models.F("interest_written_off_minor")
                            ),
                            "+",
                            models.F("penalty_written_off_minor"),
                        ),
                    ),
                ),
                name="loan_recovers_what_was_written_off",
            ),
        ),
        migrations.AddConstraint(
            model_name="loan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("closed_at__isnull", False),
                        ("status__in", ["closed_obligations_met", "cancelled", "closed_written_off"]),
                    ),
                    models.Q(
                        models.Q(
                            ("status__in", ["closed_obligations_met", "cancelled", "closed_written_off"]), _negated=True
                        ),
                        ("closed_at", None),
                    ),
                    _connector="OR",
                ),
                name="loan_has_its_end_exactly_when_ended",
            ),
        ),
        migrations.AddConstraint(
            model_name="loanreceipt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "recovery"), _negated=True),
                    models.Q(("advance_minor", 0), ("status", "posted")),
                    _connector="OR",
                ),
                name="recovery_of_a_loan_is_never_in_advance",
            ),
        ),
        migrations.AddField(
            model_name="loanadjustment",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="asked by",
            ),
        ),
        migrations.AddField(
            model_name="loanadjustment",
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
            model_name="loanadjustment",
            name="loan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="adjustments",
                to="finance.loan",
                verbose_name="loan",
            ),
        ),
        migrations.AddIndex(
            model_name="loanadjustment",
            index=models.Index(
                condition=models.Q(("status", "asked")), fields=["asked_at"], name="loan_adjustment_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="loanadjustment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "asked")), fields=("loan",), name="loan_is_adjusted_once_at_a_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="loanadjustment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "write_off"), ("status", "done")),
                fields=("loan",),
                name="loan_is_written_off_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="loanadjustment",
            constraint=stations.two_persons.TwoPersons(
                checker="decided_by", makers=("asked_by",), name="loan_is_adjusted_by_a_second_person"
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
                        ("status__in", ["done", "refused"]),
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
                    models.Q(
                        ("business_date__isnull", False),
                        ("kind", "write_off"),
                        ("principal_minor__gte", 0),
                        ("status", "done"),
                        ("interest_minor__gte", 0),
                        ("penalty_minor__gte", 0),
                    ),
                    models.Q(
                        models.Q(("status", "done"), _negated=True),
                        ("business_date", None),
                        ("interest_minor", 0),
                        ("penalty_minor", 0),
                        ("principal_minor", 0),
                    ),
                    _connector="OR",
                ),
                name="loan_adjustment_has_amounts_exactly_when_done",
            ),
        ),
        function("finance", "finance_check_loan_receipt"),
        statements("finance", "loan_adjustments"),
    ]
