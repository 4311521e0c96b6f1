"""What the close of a day changes of every loan is written without touching an index where none names it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.database.sql_files import function, statements


class Migration(migrations.Migration):
    dependencies = [
        ("finance", "0035_fee_partners_decide_nothing"),
        ("stations", "0018_consents_by_withdrawal"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="loan",
            name="appraiser",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="appraised by",
            ),
        ),
        migrations.AlterField(
            model_name="loan",
            name="approver",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="approved by",
            ),
        ),
        migrations.AlterField(
            model_name="loan",
            name="approver2",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="also approved by",
            ),
        ),
        migrations.AlterField(
            model_name="loan",
            name="book",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="loans",
                to="finance.loanbook",
                verbose_name="loan book",
            ),
        ),
        migrations.AlterField(
            model_name="loan",
            name="disburser",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="paid out by",
            ),
        ),
        migrations.AlterField(
            model_name="loan",
            name="station",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="stations.station",
                verbose_name="station",
            ),
        ),
        migrations.AlterField(
            model_name="loanaccrual",
            name="loan",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="accruals",
                to="finance.loan",
                verbose_name="loan",
            ),
        ),
        migrations.AlterField(
            model_name="loaninstallment",
            name="contract",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="installments",
                to="finance.loancontract",
                verbose_name="loan contract",
            ),
        ),
        migrations.AlterField(
            model_name="loaninstallment",
            name="loan",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="installments",
                to="finance.loan",
                verbose_name="loan",
            ),
        ),
        migrations.RemoveIndex(model_name="loaninstallment", name="loan_instalment_in_order"),
        migrations.AddIndex(
            model_name="loaninstallment",
            index=models.Index(fields=["loan", "due_date", "start_date"], name="loan_instalment_in_order"),
        ),
        statements(
            "finance",
            "loan_storage",
            backwards="ALTER TABLE finance_loaninstallment RESET (fillfactor); "
            "ALTER TABLE finance_loan RESET (fillfactor);",
        ),
        migrations.RunSQL(function("finance", "finance_check_loan_plan").sql, migrations.RunSQL.noop),
    ]
