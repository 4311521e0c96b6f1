"""An appointment follows its booking to the one that was kept in its place, with another doctor, too."""

from django.db import migrations

from core.database.sql_files import function, statements

BACKWARDS = """
DROP TRIGGER refuse_other_doctor ON health_appointment;
DROP TRIGGER columns_stay ON health_appointment;
CALL keep_columns('health_appointment', 'resident_id', 'hospital_id', 'doctor_id', 'policy_id', 'fee_minor', 'currency',
                  'has_station_fee');
"""


class Migration(migrations.Migration):
    dependencies = [("health", "0015_corrected_measurements"), ("scheduling", "0006_places_kept_instead")]

    operations = [
        # The function stays when this is undone: triggers of an earlier migration call it.
        migrations.RunSQL(function("health", "health_refuse_other_booking").sql, migrations.RunSQL.noop),
        statements("health", "appointments_rebooked", backwards=BACKWARDS),
    ]
