"""Another account is written down for a claim that the bank did not pay; somebody else pays to it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import stations.two_persons
from core.database.sql_files import statements


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("finance", "0039_nights_write_each_loan_once"),
    ]

    operations = [
        migrations.AddField(
            model_name="claimaccount",
            name="corrected_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="corrected by",
            ),
        ),
        migrations.AddField(
            model_name="claimpayment",
            name="account_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="account corrected by",
            ),
        ),
        migrations.AddField(
            model_name="claimpayment",
            name="account_tail",
            field=models.CharField(blank=True, default="", max_length=4, verbose_name="end of the account's number"),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="claimpayment",
            constraint=stations.two_persons.TwoPersons(
                checker="sent_by",
                makers=("account_by",),
                name="nobody_pays_to_an_account_that_they_corrected",
            ),
        ),
        statements("finance", "claim_payees"),
    ]
