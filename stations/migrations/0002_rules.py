"""What rows of stations must never say."""

from django.db import migrations

from core.database.sql_files import function, statements


class Migration(migrations.Migration):
    dependencies = [("stations", "0001_initial"), ("core", "0003_rules")]

    operations = [
        function("stations", "check_head_after_death"),
        function("stations", "check_head_after_membership"),
        function("stations", "check_head_of_household"),
        function("stations", "consent_text_is_unused"),
        function("stations", "forgotten_person_has_no_key"),
        function("stations", "guardian_is_adult"),
        function("stations", "household_head_is_living_member"),
        function("stations", "key_is_of_a_person_who_is_known"),
        function("stations", "level_rank"),
        function("stations", "login_stays_its_persons"),
        function("stations", "merge_target_stands"),
        function("stations", "standing_record"),
        function("stations", "person_behind"),
        function("stations", "records_of_person"),
        function("stations", "refuse_merged_record"),
        function("stations", "refuse_odd_parents"),
        function("stations", "refuse_odd_station_parent"),
        function("stations", "refuse_same_person"),
        function("stations", "refuse_succession_cycles"),
        statements("stations", "tables"),
        statements("stations", "triggers"),
    ]
