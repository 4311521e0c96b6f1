"""What was paid on a loan that the close had skipped waits until it is set on it."""

from django.db import migrations, models

from core.database.sql_files import function, statements

#: Receipts only grow again.
BACKWARDS = """
DROP TRIGGER refuse_update ON finance_loanreceipt;
DROP TRIGGER refuse_delete ON finance_loanreceipt;
DROP TRIGGER columns_stay ON finance_loanreceipt;
CREATE TRIGGER refuse_update_delete BEFORE UPDATE OR DELETE ON finance_loanreceipt
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("finance", "0023_pharmacists"),
    ]

    operations = [
        migrations.AddField(
            model_name="loanreceipt",
            name="status",
            field=models.CharField(
                choices=[("posted", "set on the loan"), ("unallocated", "not set on the loan yet")],
                default="posted",
                max_length=12,
                verbose_name="status",
            ),
        ),
        migrations.AddConstraint(
            model_name="loanreceipt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "unallocated"), _negated=True),
                    models.Q(("advance_minor", 0), ("kind", "repayment")),
                    _connector="OR",
                ),
                name="unallocated_loan_receipt_is_set_on_nothing",
            ),
        ),
        function("finance", "finance_check_loan_receipt"),
        statements("finance", "unallocated_loan_receipts", backwards=BACKWARDS),
    ]
