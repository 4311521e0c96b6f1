"""Posting, the months of transfers, and who may write what."""

from django.db import migrations

from core.database.sql_files import function, statements


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_transfers")]

    operations = [
        function("ledger", "ledger_apply"),
        function("ledger", "ledger_check_book"),
        function("ledger", "ledger_check_closing"),
        function("ledger", "ledger_check_giving_back"),
        function("ledger", "ledger_check_resolution"),
        function("ledger", "ledger_close_account"),
        function("ledger", "ledger_make_partition"),
        function("ledger", "ledger_make_partitions"),
        function("ledger", "ledger_original"),
        function("ledger", "ledger_post"),
        function("ledger", "ledger_refuse"),
        function("ledger", "ledger_refuse_direct_insert"),
        function("ledger", "ledger_repeated"),
        function("ledger", "ledger_roll_up"),
        function("ledger", "ledger_taken"),
        statements("ledger", "triggers"),
        statements("ledger", "rights"),
    ]
