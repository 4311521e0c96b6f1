"""What was approved or agreed stays as it was: plans, what holds from a date on, and what rows of money say."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"
DATED = ("tariff", "taxrule", "statementterms", "compensationrule", "cashthreshold")
WRITTEN_ONCE = (
    *("payment", "refund", "floattopup", "floattransfer", "remittance", "overshort", "losscase", "adjustment"),
    *("payoutline", "bankstatementline", "bankexplanation", "providerline"),
)
KEPT = (
    *("payment", "refund", "floattopup", "floattransfer", "remittance", "overshort", "losscase", "adjustment"),
    *("bankstatementline", "bankexplanation"),
)
APPROVED_BACK = f"""
{"".join(f"DROP TRIGGER what_holds_stays ON finance_{name};" for name in DATED)}
DROP TRIGGER approved_plan_keeps_its_shares ON finance_commissionshare;
DROP TRIGGER approved_plan_keeps_its_rules ON finance_commissionrule;
DROP TRIGGER approved_plan_stays ON finance_commissionplan;
DROP TRIGGER plan_begins_as_a_draft ON finance_commissionplan;
DROP FUNCTION finance_keep_what_holds();
DROP FUNCTION finance_keep_parts_of_plan();
DROP FUNCTION finance_keep_approved_plan();
"""
MONEY_BACK = f"""
{"".join(f"DROP TRIGGER columns_stay ON finance_{name};" for name in WRITTEN_ONCE)}
{"".join(f"DROP TRIGGER refuse_delete ON finance_{name};" for name in KEPT)}
"""


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0008_columns_stay"),
        ("finance", "0015_four_eyes_are_two_persons"),
    ]

    operations = [
        migrations.RunSQL((SQL / "approved_stays.sql").read_text(), APPROVED_BACK),
        migrations.RunSQL((SQL / "money_stays.sql").read_text(), MONEY_BACK),
    ]
