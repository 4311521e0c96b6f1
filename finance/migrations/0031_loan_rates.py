"""New rates of loans with notice to the borrower; provision rates that were decided stay as they are."""

from django.conf import settings
from django.db import migrations, models

from core.database.sql_files import function, statements


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0005_reference_version"),
        ("finance", "0030_index_windows"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="loanadjustment",
            name="agreed_plan_is_signed_by_a_date",
        ),
        migrations.RemoveConstraint(
            model_name="loanadjustment",
            name="loan_adjustment_waives_what_was_asked_for",
        ),
        migrations.RemoveConstraint(
            model_name="loanadjustment",
            name="loan_has_a_new_plan_exactly_when_restructured",
        ),
        migrations.RemoveConstraint(
            model_name="loancontract",
            name="signature_is_on_a_paper",
        ),
        migrations.AddField(
            model_name="loanadjustment",
            name="notified_date",
            field=models.DateField(blank=True, null=True, verbose_name="borrower told on"),
        ),
        migrations.AddField(
            model_name="loanadjustment",
            name="rate_ppm",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="new rate (ppm)"),
        ),
        migrations.AddField(
            model_name="loanadjustment",
            name="valid_from_date",
            field=models.DateField(blank=True, null=True, verbose_name="holds from"),
        ),
        migrations.AddField(
            model_name="loaninstallment",
            name="accrued_before_minor",
            field=models.BigIntegerField(default=0, verbose_name="interest before that"),
        ),
        migrations.AddField(
            model_name="loaninstallment",
            name="accrues_from_date",
            field=models.DateField(blank=True, null=True, verbose_name="rate changed after"),
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
                    ("rate_change", "new rate"),
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
                    ("agreed", "agreed, not in force yet"),
                    ("done", "done"),
                    ("refused", "not done"),
                    ("expired", "lapsed"),
                ],
                default="asked",
                max_length=8,
                verbose_name="status",
            ),
        ),
        migrations.AlterField(
            model_name="loancontract",
            name="manner",
            field=models.CharField(
                choices=[
                    ("code", "by a code to the phone"),
                    ("signature", "by signature on paper"),
                    ("prepaid", "at the counter, by paying early"),
                    ("notice", "by notice of a new rate"),
                ],
                max_length=10,
                verbose_name="signed",
            ),
        ),
        migrations.AddConstraint(
            model_name="loanadjustment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "restructure"), ("status__in", ["agreed", "expired"]), _negated=True),
                    ("sign_by_date__isnull", False),
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
                        ("kind", "rate_change"),
                        ("rate_ppm__isnull", False),
                        ("valid_from_date__isnull", False),
                        models.Q(
                            ("notified_date__lt", models.F("valid_from_date")),
                            models.Q(("notified_date", None), ("status__in", ["asked", "refused"])),
                            _connector="OR",
                        ),
                    ),
                    models.Q(
                        models.Q(("kind", "rate_change"), _negated=True),
                        ("notified_date", None),
                        ("rate_ppm", None),
                        ("valid_from_date", None),
                    ),
                    _connector="OR",
                ),
                name="borrower_is_told_before_a_new_rate_holds",
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
                    models.Q(("asked_minor", None), ("kind__in", ["write_off", "restructure", "rate_change"])),
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
                        models.Q(("status__in", ["agreed", "expired"]), _negated=True),
                    ),
                    models.Q(
                        ("grace_principal", None),
                        ("installments", None),
                        ("kind", "rate_change"),
                        ("sign_by_date", None),
                        models.Q(
                            models.Q(("new_contract__isnull", False), ("status", "done")),
                            models.Q(models.Q(("status", "done"), _negated=True), ("new_contract", None)),
                            _connector="OR",
                        ),
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
            model_name="loancontract",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("manner__in", ["code", "prepaid", "notice"]), ("paper", None)),
                    models.Q(("manner", "signature"), ("paper__isnull", False)),
                    _connector="OR",
                ),
                name="signature_is_on_a_paper",
            ),
        ),
        migrations.AddConstraint(
            model_name="loaninstallment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("accrued_before_minor", 0), ("accrues_from_date", None)),
                    models.Q(
                        ("accrues_from_date__gte", models.F("start_date")),
                        ("accrues_from_date__lt", models.F("end_date")),
                        ("accrued_before_minor__gte", 0),
                    ),
                    _connector="OR",
                ),
                name="rate_of_loan_instalment_changes_within_it",
            ),
        ),
        function("finance", "finance_keep_provision_rates"),
        statements("finance", "provision_tables_kept"),
        statements("finance", "loan_rates"),
    ]
