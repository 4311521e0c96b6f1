"""What two people do is done by two persons."""

import stations.two_persons
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("stations", "0002_rules"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="post",
            constraint=stations.two_persons.TwoPersons(
                checker="appointed_by", makers=("user",), name="nobody_appoints_himself"
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=stations.two_persons.TwoPersons(
                checker="reviewed_by",
                makers=("user", "appointed_by"),
                name="post_is_reviewed_by_neither_its_holder_nor_its_giver",
            ),
        ),
        migrations.AddConstraint(
            model_name="logincode",
            constraint=stations.two_persons.TwoPersons(
                checker="issued_by", makers=("user",), name="nobody_issues_his_own_login_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="death",
            constraint=stations.two_persons.TwoPersons(
                checker="undone_by", makers=("recorded_by",), name="death_is_taken_back_by_another_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="personmerge",
            constraint=stations.two_persons.TwoPersons(
                checker="decided_by",
                condition=models.Q(("status__in", ["merged", "undone"])),
                makers=("proposed_by",),
                name="records_are_merged_by_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=stations.two_persons.TwoPersons(
                checker="county_signer", makers=("user", "partner_user"), name="contract_is_signed_by_two_persons"
            ),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=stations.two_persons.TwoPersons(
                checker="partner_user", makers=("user",), name="nobody_is_his_own_helper"
            ),
        ),
        migrations.AddConstraint(
            model_name="stationclosing",
            constraint=stations.two_persons.TwoPersons(
                checker="ended_by",
                condition=models.Q(("status", "confirmed")),
                makers=("asked_by",),
                name="station_is_closed_by_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="termination",
            constraint=stations.two_persons.TwoPersons(
                checker="ended_by",
                condition=models.Q(("status", "confirmed")),
                makers=("asked_by",),
                name="contract_is_terminated_by_two_people",
            ),
        ),
    ]
