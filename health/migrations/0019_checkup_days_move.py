"""A check-up day can be held on another date, and its reports are due by that date."""

from django.db import migrations

from core.database.sql_files import function, statements

BACKWARDS = """
DROP TRIGGER date_is_of_the_session ON health_checkupday;
DROP TRIGGER columns_stay ON health_checkupday;
CALL keep_columns('health_checkupday', 'campaign_id', 'station_id', 'session_id', 'local_date', 'opened_by_id');
DROP TRIGGER columns_stay ON health_checkupreport;
CALL keep_columns('health_checkupreport', 'order_id', 'due_date');
"""


class Migration(migrations.Migration):
    dependencies = [("health", "0018_children_online")]

    operations = [
        function("health", "health_check_checkup_date"),
        statements("health", "checkups_moved", backwards=BACKWARDS),
    ]
