"""No officer asks for a change of the loan of somebody close to them, or decides on one."""

from django.db import migrations

from core.database.sql_files import function, statements


class Migration(migrations.Migration):
    dependencies = [("finance", "0037_close_officers_and_groups_that_owe")]

    operations = [
        function("finance", "finance_refuse_tied_adjuster"),
        statements("finance", "tied_adjusters"),
    ]
