"""The number of a filed cash report is entered by one person and confirmed by another."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

import stations.two_persons


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("finance", "0040_claim_accounts_corrected"),
    ]

    operations = [
        migrations.AddField(
            model_name="cashreport",
            name="entered_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="number entered at"),
        ),
        migrations.AddField(
            model_name="cashreport",
            name="entered_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="number entered by",
            ),
        ),
        migrations.RemoveConstraint(model_name="cashreport", name="cash_report_is_filed_under_a_number"),
        migrations.AddConstraint(
            model_name="cashreport",
            constraint=models.CheckConstraint(
                condition=Q(filed_at=None, filed_by=None)
                | (Q(filed_at__isnull=False, filed_by__isnull=False) & ~Q(filing_number="")),
                name="cash_report_is_filed_under_a_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="cashreport",
            constraint=models.CheckConstraint(
                condition=Q(entered_at=None, entered_by=None)
                | (Q(entered_at__isnull=False, entered_by__isnull=False) & ~Q(filing_number="")),
                name="cash_report_is_entered_with_a_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="cashreport",
            constraint=stations.two_persons.TwoPersons(
                checker="filed_by",
                makers=("entered_by",),
                name="cash_report_is_confirmed_by_another_person",
            ),
        ),
    ]
