"""A night writes each loan once and no index for it; that plans add up is checked set by set."""

from django.db import migrations, models

from core.database.sql_files import function, statements


class Migration(migrations.Migration):
    dependencies = [("finance", "0038_loans_are_changed_by_no_relative")]

    operations = [
        migrations.RemoveIndex(model_name="loan", name="loan_to_close"),
        migrations.AddIndex(
            model_name="loan",
            index=models.Index(
                condition=models.Q(("status", "active")), fields=["book", "id"], name="running_loan_of_book"
            ),
        ),
        function("finance", "finance_note_changed_plans"),
        # Backwards the checks stay as they are now: the function has one text only.
        migrations.RunSQL(function("finance", "finance_check_loan_plan").sql, migrations.RunSQL.noop),
        statements("finance", "changed_plans"),
    ]
