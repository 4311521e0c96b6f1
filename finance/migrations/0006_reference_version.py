"""Edits of reference data change its version."""

from django.db import migrations

from core.database.sql_files import statements

TABLES = (
    "finance_biller",
    "finance_billcategory",
    "finance_billerparameter",
    "finance_biller_divisions",
    "finance_tariff",
    "finance_commissionplan",
    "finance_commissionrule",
    "finance_commissionshare",
    "finance_stationmoney",
)


class Migration(migrations.Migration):
    dependencies = [("finance", "0005_payout_account_keys"), ("core", "0005_reference_version")]

    operations = [
        statements(
            "finance",
            "reference_triggers",
            backwards=" ".join(f"DROP TRIGGER note_reference_change ON {table};" for table in TABLES),
        ),
    ]
