"""The counter of labels, and the lending rules of China."""

import datetime as dt

from django.db import migrations

from core.database.sql_files import statements

RULES = {
    "child": {"max_loans": 2, "loan_days": 14, "max_renewals": 2, "max_holds": 3},
    "adult": {"max_loans": 3, "loan_days": 21, "max_renewals": 2, "max_holds": 3},
}


def load_rules(apps, schema_editor):
    LoanRule = apps.get_model("education", "LoanRule")
    LoanRule.objects.bulk_create(
        LoanRule(country="CN", borrower=borrower, from_date=dt.date(2020, 1, 1), **rule)
        for borrower, rule in RULES.items()
    )


def forget_rules(apps, schema_editor):
    apps.get_model("education", "LoanRule").objects.filter(country="CN").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("education", "0003_libraries"),
    ]

    operations = [
        statements("education", "libraries", backwards="DROP SEQUENCE education_book_label;"),
        migrations.RunPython(load_rules, forget_rules),
    ]
