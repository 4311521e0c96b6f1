"""What two people do is done by two persons, however many logins one of them has."""

from pathlib import Path

import stations.two_persons
from django.db import migrations, models


BACK = """
DROP TRIGGER login_stays_its_persons ON stations_user;
DROP FUNCTION login_stays_its_persons();
DROP FUNCTION refuse_same_person();
DROP FUNCTION person_behind(uuid);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0007_events_and_keys_have_names"),
        ("stations", "0013_people_have_keys_of_their_own"),
    ]

    operations = [
        migrations.RunSQL((Path(__file__).parents[1] / "sql" / "two_persons.sql").read_text(), BACK),
        migrations.RemoveConstraint(
            model_name="contract",
            name="contract_signer_is_not_the_holder",
        ),
        migrations.RemoveConstraint(
            model_name="death",
            name="death_is_taken_back_by_another_person",
        ),
        migrations.RemoveConstraint(
            model_name="logincode",
            name="nobody_issues_his_own_login_code",
        ),
        migrations.RemoveConstraint(
            model_name="personmerge",
            name="records_are_merged_by_two_people",
        ),
        migrations.RemoveConstraint(
            model_name="post",
            name="nobody_appoints_himself",
        ),
        migrations.RemoveConstraint(
            model_name="post",
            name="post_reviewer_is_not_the_holder",
        ),
        migrations.RemoveConstraint(
            model_name="stationclosing",
            name="station_is_closed_by_two_people",
        ),
        migrations.RemoveConstraint(
            model_name="termination",
            name="contract_is_terminated_by_two_people",
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
            model_name="death",
            constraint=stations.two_persons.TwoPersons(
                checker="undone_by", makers=("recorded_by",), name="death_is_taken_back_by_another_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="logincode",
            constraint=stations.two_persons.TwoPersons(
                checker="issued_by", makers=("user",), name="nobody_issues_his_own_login_code"
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
