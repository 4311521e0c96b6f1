"""Who looked at what is kept for three years, and then forgotten by the owner's function alone."""

from django.db import migrations

FORGETTABLE = """
CALL make_forgettable('stations_reveal', 'at', '3 years');
CALL make_forgettable('stations_accessread', 'at', '3 years');
"""

FOR_EVER = """
DELETE FROM core_forgettable WHERE table_name IN ('stations_reveal', 'stations_accessread');
DROP TRIGGER refuse_update_delete ON stations_reveal;
DROP TRIGGER refuse_update_delete ON stations_accessread;
CREATE TRIGGER refuse_update_delete BEFORE UPDATE OR DELETE ON stations_reveal
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_update_delete BEFORE UPDATE OR DELETE ON stations_accessread
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0004_forgetting"),
        ("stations", "0004_endings_and_services"),
    ]

    operations = [
        migrations.RunSQL(FORGETTABLE, FOR_EVER),
    ]
