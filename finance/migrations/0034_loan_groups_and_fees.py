"""Loans for members of a group only, and the terms of the fee for a recommendation as they were when it was sent."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.database.sql_files import function, statements


class Migration(migrations.Migration):
    dependencies = [
        ("finance", "0033_recommendation_fees"),
        ("stations", "0017_coupon_codes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="loanapplication",
            name="fee_helper_share_bp",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="the helper's share of the fee (0.01 %)"
            ),
        ),
        migrations.AddField(
            model_name="loanapplication",
            name="fee_partner",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="partner who earns the fee",
            ),
        ),
        migrations.AddField(
            model_name="loanapplication",
            name="fee_plan_code",
            field=models.CharField(blank=True, max_length=40, verbose_name="commission plan of the fee"),
        ),
        migrations.AddField(
            model_name="loanproductversion",
            name="needs_group",
            field=models.BooleanField(default=False, verbose_name="lent to members of a group only"),
        ),
        migrations.AddConstraint(
            model_name="loanapplication",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("fee_partner__isnull", False),
                    models.Q(("fee_helper_share_bp", None), ("fee_plan_code", "")),
                    _connector="OR",
                ),
                name="terms_of_a_recommendation_fee_name_its_partner",
            ),
        ),
        function("finance", "finance_keep_application_terms"),
        statements("finance", "loan_application_terms"),
        statements("finance", "loan_plan_checks"),
    ]
