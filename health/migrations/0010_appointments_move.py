"""An appointment follows its booking to the one that took its place."""

from django.db import migrations

from core.database.sql_files import function, statements

BACKWARDS = """
DROP TRIGGER IF EXISTS refuse_other_booking ON health_appointment;
DROP TRIGGER columns_stay ON health_appointment;
CALL keep_columns('health_appointment', 'booking_id', 'resident_id', 'hospital_id', 'doctor_id', 'policy_id',
                  'fee_minor', 'currency', 'has_station_fee');
"""


class Migration(migrations.Migration):
    dependencies = [("health", "0009_consultation_rules"), ("scheduling", "0004_series")]

    operations = [
        function("health", "health_refuse_other_booking"),
        statements("health", "appointments", backwards=BACKWARDS),
    ]
