"""What rows of finance must never say."""

from django.db import migrations

from core.database.sql_files import function, statements


class Migration(migrations.Migration):
    dependencies = [
        ("finance", "0001_initial"),
        ("core", "0003_rules"),
        ("stations", "0002_rules"),
        ("ledger", "0003_rules"),
    ]

    operations = [
        function("finance", "finance_keep_approved_plan"),
        function("finance", "finance_keep_parts_of_plan"),
        function("finance", "finance_keep_statement"),
        function("finance", "finance_keep_what_holds"),
        function("finance", "recon_tally_bank_lines_added"),
        function("finance", "recon_tally_bank_lines_changed"),
        function("finance", "recon_tally_bank_lines_removed"),
        function("finance", "recon_tally_items_added"),
        function("finance", "recon_tally_items_changed"),
        function("finance", "recon_tally_items_removed"),
        statements("finance", "tables"),
        statements("finance", "triggers"),
    ]
