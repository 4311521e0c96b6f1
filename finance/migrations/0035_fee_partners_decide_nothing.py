"""The partner who earns the fee for a recommendation neither appraises nor approves the loan."""

from django.db import migrations

from stations.two_persons import TwoPersons


class Migration(migrations.Migration):
    dependencies = [
        ("finance", "0034_loan_groups_and_fees"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="loanapplication",
            name="loan_is_appraised_by_another_person",
        ),
        migrations.RemoveConstraint(
            model_name="loanapplication",
            name="loan_is_approved_by_another_person",
        ),
        migrations.RemoveConstraint(
            model_name="loanapplication",
            name="loan_is_approved_by_a_second_other_person",
        ),
        migrations.AddConstraint(
            model_name="loanapplication",
            constraint=TwoPersons(
                checker="appraiser",
                makers=("recommender", "fee_partner"),
                name="loan_is_appraised_by_another_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="loanapplication",
            constraint=TwoPersons(
                checker="approver",
                makers=("recommender", "fee_partner", "appraiser"),
                name="loan_is_approved_by_another_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="loanapplication",
            constraint=TwoPersons(
                checker="approver2",
                makers=("recommender", "fee_partner", "appraiser", "approver"),
                name="loan_is_approved_by_a_second_other_person",
            ),
        ),
    ]
