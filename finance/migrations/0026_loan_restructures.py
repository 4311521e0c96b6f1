"""A loan gets a new plan: two officers agree to it, and the borrower signs it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.database.sql_files import function, statements


class Migration(migrations.Migration):
    dependencies = [
        ("finance", "0025_loan_write_offs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="loanadjustment",
            name="loan_is_adjusted_once_at_a_time",
        ),
        migrations.RemoveConstraint(
            model_name="loanadjustment",
            name="loan_adjustment_is_decided_by_somebody",
        ),
        migrations.RemoveConstraint(
            model_name="loanadjustment",
            name="loan_adjustment_has_amounts_exactly_when_done",
        ),
        migrations.RemoveConstraint(
            model_name="portfolioday",
            name="portfolio_at_risk_is_part_of_what_is_lent",
        ),
        migrations.AddField(
            model_name="loan",
            name="restructure_count",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="times restructured"),
        ),
        migrations.AddField(
            model_name="loan",
            name="watch_left",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="instalments to be paid on time"),
        ),
        migrations.AddField(
            model_name="loan",
            name="watched_days",
            field=models.PositiveIntegerField(default=0, verbose_name="days late when restructured"),
        ),
        migrations.AddField(
            model_name="loanadjustment",
            name="grace_principal",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="of them without principal"),
        ),
        migrations.AddField(
            model_name="loanadjustment",
            name="installments",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="instalments"),
        ),
        migrations.AddField(
            model_name="loanadjustment",
            name="new_contract",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="made_by_adjustment",
                to="finance.loancontract",
                verbose_name="new plan",
            ),
        ),
        migrations.AddField(
            model_name="portfolioday",
            name="restructured_minor",
            field=models.BigIntegerField(default=0, verbose_name="restructured"),
        ),
        migrations.AlterField(
            model_name="loanadjustment",
            name="kind",
            field=models.CharField(
                choices=[("write_off", "write-off"), ("restructure", "new plan")], max_length=12, verbose_name="kind"
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
                ],
                default="asked",
                max_length=8,
                verbose_name="status",
            ),
        ),
        migrations.AddConstraint(
            model_name="loanadjustment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ["asked", "agreed"])),
                fields=("loan",),
                name="loan_is_adjusted_once_at_a_time",
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
                        ("status__in", ["agreed", "done", "refused"]),
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
                        ("status", "done"),
                        ("interest_minor__gte", 0),
                        ("penalty_minor__gte", 0),
                        ("principal_minor__gte", 0),
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
        migrations.AddConstraint(
            model_name="loanadjustment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("grace_principal", None),
                        ("installments", None),
                        ("kind", "write_off"),
                        ("new_contract", None),
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
            model_name="portfolioday",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("gross_minor__gte", models.F("par1_minor")),
                    ("par1_minor__gte", models.F("par30_minor")),
                    ("par30_minor__gte", models.F("par60_minor")),
                    ("par60_minor__gte", models.F("par90_minor")),
                    ("par90_minor__gte", models.F("restructured_minor")),
                    ("provision_minor__gte", 0),
                    ("provision_minor__lte", models.F("gross_minor")),
                    ("restructured_minor__gte", 0),
                ),
                name="portfolio_at_risk_is_part_of_what_is_lent",
            ),
        ),
        function("finance", "finance_check_loan_plan"),
        statements("finance", "loan_restructures"),
    ]
