"""A plan is of one country and currency, and only contracts there name it."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import migrations

from core.database.sql_files import function, statements


class Migration(migrations.Migration):
    dependencies = [("finance", "0007_lists"), ("stations", "0004_reference")]

    operations = [
        migrations.AddConstraint(
            model_name="commissionplan",
            constraint=ExclusionConstraint(
                expressions=[("code", "="), ("currency", "<>")], name="commission_plan_has_one_currency"
            ),
        ),
        migrations.AddConstraint(
            model_name="commissionplan",
            constraint=ExclusionConstraint(
                expressions=[("code", "="), ("country", "<>")], name="commission_plan_has_one_country"
            ),
        ),
        function("finance", "finance_check_plan_of_contract"),
        statements(
            "finance",
            "plans_of_contracts",
            backwards="DROP TRIGGER contract_names_a_plan_of_the_country_of_its_station ON stations_contract;",
        ),
    ]
