"""What was earned, printed or counted is never changed: corrections are new rows."""

from django.db import migrations

TABLES = (
    "finance_commissionline",
    "finance_payableline",
    "finance_receipt",
    "finance_receiptprint",
    "finance_cashcount",
    "finance_cashcountline",
    "finance_overshortmove",
    "finance_payeeday",
)
FORWARDS = "\n".join(f"CALL make_append_only('{table}');" for table in TABLES)
BACKWARDS = "\n".join(
    f"DROP TRIGGER refuse_update_delete ON {table}; DROP TRIGGER refuse_truncate ON {table};"
    f" GRANT UPDATE, DELETE, TRUNCATE ON {table} TO ecomnet_app;"
    for table in TABLES
)


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0001_extensions"),
        ("finance", "0001_initial"),
    ]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
